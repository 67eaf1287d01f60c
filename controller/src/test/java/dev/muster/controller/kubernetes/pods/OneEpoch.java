package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.kubernetes.testing.TestKubelet;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Looks at every event of a pod whether containers of two attempts of one job run, wherever, whatever the API server knows. */
final class OneEpoch implements ResourceEventHandler<Pod>, AutoCloseable {

    private final TestKubelet kubelet;
    private final SharedIndexInformer<Pod> informer;
    private final List<String> violations = new CopyOnWriteArrayList<>();
    /** Attempts whose job may go on without hosts that do not answer, since a peer has stopped. */
    private final Set<String> abandonedNodes = new ConcurrentSkipListSet<>();

    OneEpoch(KubernetesClient client, TestKubelet kubelet) {
        this.kubelet = kubelet;
        this.informer =
                client.pods().inAnyNamespace().withLabel(PodLabels.JOB_UID).inform(this);
    }

    /** What runs there from now on can make no progress: its peers have been stopped. */
    void withoutPeers(String node) {
        abandonedNodes.add(node);
    }

    @Override
    public void onAdd(Pod pod) {
        look();
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        look();
    }

    @Override
    public void onDelete(Pod pod, boolean lastStateUnknown) {
        look();
    }

    private void look() {
        Map<String, Set<String>> attempts = kubelet.running().stream()
                .filter(running -> running.labels().containsKey(PodLabels.JOB_UID))
                .filter(running -> !abandonedNodes.contains(running.node()))
                .collect(Collectors.groupingBy(
                        running -> running.labels().get(PodLabels.JOB_UID),
                        Collectors.mapping(running -> running.labels().get(PodLabels.ATTEMPT), Collectors.toSet())));
        attempts.forEach((job, running) -> {
            if (running.size() > 1) {
                violations.add("attempts " + running + " of job " + job + " run together");
            }
        });
    }

    List<String> violations() {
        return violations;
    }

    @Override
    public void close() {
        informer.stop();
    }
}
