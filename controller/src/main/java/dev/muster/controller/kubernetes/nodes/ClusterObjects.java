package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.kubernetes.api.ClusterTopology;
import dev.muster.controller.kubernetes.api.Queue;
import dev.muster.controller.kubernetes.api.QueueSpec;
import dev.muster.controller.operations.FleetOperations;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches Queue and ClusterTopology objects as long as the process lives, and says what they amount to: once at the start,
 * and whenever that is something else. While this controller leads it also writes what became of them into their status.
 */
public final class ClusterObjects implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterObjects.class);
    /** Objects that are applied together count together. */
    private static final Duration GATHER = Duration.ofMillis(200);

    private static final Duration STATUS_EVERY = Duration.ofSeconds(10);
    private static final Duration RESYNC = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final Consumer<ClusterShape> changed;
    private final ObjectStatuses statuses;
    private final ShapeReader reader = new ShapeReader();
    private final CompletableFuture<ClusterShape> first = new CompletableFuture<>();
    private final AtomicBoolean reading = new AtomicBoolean();
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "muster-cluster-objects");
        made.setDaemon(true);
        return made;
    });
    private Optional<SharedIndexInformer<Queue>> queues = Optional.empty();
    private Optional<SharedIndexInformer<ClusterTopology>> topologies = Optional.empty();
    private Optional<ShapeReader.Outcome> latest = Optional.empty();

    /**
     * Does nothing yet.
     *
     * @param changed hears each valid shape that differs from the one before it, but not the first; called on a thread of this, which
     *     it must not hold for long
     */
    public ClusterObjects(KubernetesClient client, Consumer<ClusterShape> changed, InstantSource clock) {
        this.client = client;
        this.changed = changed;
        this.statuses = new ObjectStatuses(client, clock);
    }

    /** Begins; tries again by itself as long as the API server is away or does not know the kinds. */
    public void start() {
        SharedIndexInformer<Queue> watchedQueues = informer(Queue.class);
        SharedIndexInformer<ClusterTopology> watchedTopologies = informer(ClusterTopology.class);
        queues = Optional.of(watchedQueues);
        topologies = Optional.of(watchedTopologies);
        var unused = CompletableFuture.allOf(
                        watchedQueues.start().toCompletableFuture(),
                        watchedTopologies.start().toCompletableFuture())
                .thenRunAsync(guarded(this::read), thread);
        var unusedToo = thread.scheduleWithFixedDelay(
                guarded(this::writeStatuses), STATUS_EVERY.toMillis(), STATUS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What the objects say; completes when they have been listed. */
    public CompletableFuture<ClusterShape> first() {
        return first;
    }

    /** From now on this controller writes the statuses. */
    public void lead(FleetOperations fleet, NodeWatch nodes) {
        statuses.lead(fleet, nodes);
        soon();
    }

    public void follow() {
        statuses.follow();
    }

    private <T extends HasMetadata> SharedIndexInformer<T> informer(Class<T> type) {
        SharedIndexInformer<T> informer = client.resources(type)
                .runnableInformer(RESYNC.toMillis())
                .exceptionHandler((started, problem) -> {
                    LOG.warn("watching {} objects: {}; trying again", type.getSimpleName(), problem.getMessage());
                    return true;
                })
                .addEventHandler(new ResourceEventHandler<T>() {
                    @Override
                    public void onAdd(T object) {
                        soon();
                    }

                    @Override
                    public void onUpdate(T before, T object) {
                        if (!before.getMetadata()
                                .getGeneration()
                                .equals(object.getMetadata().getGeneration())) {
                            soon();
                        }
                    }

                    @Override
                    public void onDelete(T object, boolean lastStateUnknown) {
                        soon();
                    }
                });
        informers.add(informer);
        return informer;
    }

    private void soon() {
        if (!thread.isShutdown() && !reading.getAndSet(true)) {
            var unused = thread.schedule(guarded(this::readIfListed), GATHER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    // ---- on its own thread

    private void readIfListed() {
        reading.set(false);
        if (first.isDone()) {
            read();
        }
    }

    private void read() {
        Optional<ClusterShape> before = latest.map(ShapeReader.Outcome::shape);
        SortedMap<String, QueueSpec> specs = new TreeMap<>();
        presentQueues()
                .forEach((name, queue) -> specs.put(
                        name,
                        Optional.ofNullable(queue.getSpec())
                                .orElseGet(() -> new QueueSpec(null, null, null, null, null))));
        ShapeReader.Outcome outcome =
                reader.read(specs, presentTopology().flatMap(object -> Optional.ofNullable(object.getSpec())));
        latest = Optional.of(outcome);
        if (before.isEmpty()) {
            first.complete(outcome.shape());
        } else if (!before.get().equals(outcome.shape())) {
            LOG.info("queues or topology have changed; the state is taken up anew with them");
            changed.accept(outcome.shape());
        }
        writeStatuses();
    }

    private void writeStatuses() {
        latest.ifPresent(outcome -> statuses.write(outcome, presentQueues(), presentTopology()));
    }

    private SortedMap<String, Queue> presentQueues() {
        SortedMap<String, Queue> present = new TreeMap<>();
        queues.ifPresent(informer -> informer.getStore()
                .list()
                .forEach(queue -> present.put(queue.getMetadata().getName(), queue)));
        return present;
    }

    private Optional<ClusterTopology> presentTopology() {
        return topologies.flatMap(informer -> informer.getStore().list().stream()
                .filter(object -> object.getMetadata().getName().equals(ClusterTopology.NAME))
                .findFirst());
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException mistake) {
                LOG.error("reading queues and topology failed, trying again", mistake);
            }
        };
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
        thread.shutdownNow();
    }
}
