package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.kubernetes.nodes.NodeBook.Census;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turns;
import dev.muster.controller.reconcile.NodeReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the core's hosts in step with the nodes of a cluster and with what others run on them. The API server may be slow or
 * away: then nothing new is learnt, the core goes on with what it knows, and all is compared when it is back. Nothing is told before
 * nodes and pods have both been listed, since a node without the pods of others on it would look free.
 */
public final class NodeWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final KubernetesClient client;
    private final LongSupplier nanoTicker;
    private final NodeWatchSettings settings;
    private final NodeBook book;
    private final NodeIntake intake;
    private final NodeWarnings warnings;
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final CompletableFuture<Void> listed = new CompletableFuture<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "muster-nodes");
        made.setDaemon(true);
        return made;
    });

    /**
     * A watch that has not begun.
     *
     * @param fence hears of hosts on which nothing can run any more
     */
    public NodeWatch(
            KubernetesClient client,
            EventLoop loop,
            Turns turns,
            ClusterModel model,
            NodeReconciler nodes,
            NodeRules rules,
            Fence fence,
            NodeWatchSettings settings,
            LongSupplier nanoTicker) {
        this.client = client;
        this.nanoTicker = nanoTicker;
        this.settings = settings;
        this.book = new NodeBook(rules, AcceleratorTable.builtIn(), settings.pace(), settings.grace());
        this.intake = new NodeIntake(loop, turns, model, nodes, fence);
        this.warnings = new NodeWarnings(client);
    }

    /** Begins; returns at once. Tries again by itself as long as the API server is away. */
    public void start() {
        CompletableFuture<Void> nodes = begin(client.nodes(), Node.class, this::node, this::nodeGone);
        CompletableFuture<Void> pods = begin(
                client.pods()
                        .inAnyNamespace()
                        .withLabelSelector("!" + OthersUse.OWN_LABEL)
                        .withoutField("spec.nodeName", "")
                        .withoutField("status.phase", "Succeeded")
                        .withoutField("status.phase", "Failed"),
                Pod.class,
                this::pod,
                this::podGone);
        var unused = CompletableFuture.allOf(nodes, pods).thenRunAsync(this::begin, thread);
    }

    /** Completes when the core has been told of every node once. */
    public CompletableFuture<Void> listed() {
        return listed;
    }

    /** How the nodes of Muster's lie in the fabric, for people; walks them all. */
    Census census() {
        synchronized (book) {
            return book.census();
        }
    }

    private <T extends HasMetadata> CompletableFuture<Void> begin(
            Informable<T> resources, Class<T> type, Consumer<T> changed, Consumer<T> gone) {
        SharedIndexInformer<T> informer = resources
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE, type, client.getKubernetesSerialization()))
                .exceptionHandler((started, problem) -> {
                    LOG.warn("watching {}s: {}; trying again", type.getSimpleName(), problem.getMessage());
                    return true;
                })
                .addEventHandler(new Handler<>(changed, gone));
        informers.add(informer);
        return informer.start().toCompletableFuture();
    }

    /** The informers keep no more than names, so an object that is gone is known by name only. */
    private record Handler<T>(Consumer<T> changed, Consumer<T> gone) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            changed.accept(object);
        }

        @Override
        public void onUpdate(T before, T object) {
            changed.accept(object);
        }

        @Override
        public void onDelete(T object, boolean lastStateUnknown) {
            gone.accept(object);
        }
    }

    private void node(Node node) {
        synchronized (book) {
            book.node(node, nanoTicker.getAsLong());
        }
    }

    private void nodeGone(Node node) {
        synchronized (book) {
            book.nodeGone(node.getMetadata().getName());
        }
    }

    private void pod(Pod pod) {
        synchronized (book) {
            book.pod(pod);
        }
    }

    private void podGone(Pod pod) {
        synchronized (book) {
            book.podGone(pod);
        }
    }

    // ---- on the watch's own thread

    private void begin() {
        compare();
        every(LOOK_EVERY, this::tell);
        every(settings.resync(), this::compare);
    }

    private void every(Duration interval, Runnable task) {
        var unused = thread.scheduleWithFixedDelay(
                guarded(task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void compare() {
        Collection<String> names;
        Census census;
        synchronized (book) {
            book.everythingIsNews();
            names = book.names();
            census = book.census();
        }
        var unused = intake.takeAll(names);
        warnings.unlabelled(census.unlabelled());
    }

    private void tell() {
        List<Sighting> due;
        synchronized (book) {
            due = book.due(nanoTicker.getAsLong());
            completeWhenQuiet();
        }
        for (Sighting sighting : due) {
            var unused = intake.take(sighting).whenComplete((taken, problem) -> {
                synchronized (book) {
                    if (problem == null) {
                        book.told(sighting.host());
                    } else {
                        book.untold(sighting.host());
                    }
                    completeWhenQuiet();
                }
            });
        }
    }

    private void completeWhenQuiet() {
        if (book.isQuiet()) {
            listed.complete(null);
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException mistake) {
                LOG.error("watching nodes failed, trying again", mistake);
            }
        };
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
        thread.shutdownNow();
        warnings.close();
    }
}
