package dev.muster.controller.kubernetes.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Watches the pods of gangs, in all namespaces. It lists them anew when its watch breaks or has fallen too far behind, and
 * tells the difference; it never gives up.
 */
final class PodWatch implements ResourceEventHandler<Pod>, AutoCloseable {

    private static final long PAGE = 500;

    /** Hears of pods; called on the thread that the watch was given. */
    interface Listener {
        void seen(PodReading reading);

        void gone(PodReading last);
    }

    private final SharedIndexInformer<Pod> informer;
    private final Executor thread;
    private final Listener listener;

    PodWatch(KubernetesClient client, Executor thread, Listener listener) {
        this.thread = thread;
        this.listener = listener;
        this.informer = client.pods()
                .inAnyNamespace()
                .withLabel(PodLabels.JOB_UID)
                .withLimit(PAGE)
                .runnableInformer(0)
                .addEventHandler(this)
                .exceptionHandler((isStarted, problem) -> true);
    }

    /** Tells what there is, on the thread that the watch was given, once it is listed; some of it has been told before. */
    void start(Consumer<List<PodReading>> whenListed) {
        var unused = informer.start().thenRunAsync(() -> whenListed.accept(listed()), thread);
    }

    private List<PodReading> listed() {
        return informer.getStore().list().stream()
                .flatMap(pod -> PodReading.of(pod).stream())
                .toList();
    }

    @Override
    public void onAdd(Pod pod) {
        tell(pod, listener::seen);
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        tell(pod, listener::seen);
    }

    @Override
    public void onDelete(Pod pod, boolean lastStateUnknown) {
        tell(pod, listener::gone);
    }

    private void tell(Pod pod, Consumer<PodReading> teller) {
        PodReading.of(pod).ifPresent(reading -> thread.execute(() -> teller.accept(reading)));
    }

    @Override
    public void close() {
        informer.stop();
    }
}
