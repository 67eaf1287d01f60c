package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.kubernetes.api.Api;
import dev.muster.controller.kubernetes.api.Failures;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.job.JobKey;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps TrainingJob objects and the core's jobs the same while this controller leads. Few threads of its own do all that
 * blocks; whatever the API server answers, names are tried again with a back-off, and the core never waits.
 */
public final class TrainingJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingJobs.class);
    private static final Duration RESYNC = Duration.ofSeconds(30);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(30);
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(2);
    private static final int THREADS = 4;
    private static final int TOO_MANY_REQUESTS = 429;

    private final KubernetesClient client;
    private final CoreJobs core;
    private final JobChanges changes;
    private final BooleanSupplier leads;
    private final Duration resync;
    private final WorkQueue<JobKey> queue;
    private final TrainingJobSync sync;
    private final List<Thread> threads = new ArrayList<>();
    private volatile Optional<SharedIndexInformer<TrainingJob>> informer = Optional.empty();

    /**
     * What it lives from.
     *
     * @param client with short timeouts and no retries of its own: retrying is done here
     * @param changes as it listens to the core's turns
     * @param leads whether this controller may still write
     * @param levels of the fabric, outermost first
     */
    public record Ports(
            KubernetesClient client,
            JobOperations jobs,
            JobChanges changes,
            BooleanSupplier leads,
            List<String> levels,
            InstantSource clock,
            LongSupplier nanoTicker,
            RandomGenerator random) {}

    public TrainingJobs(Ports ports) {
        this(ports, new WorkQueue.Pace(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(30)), RESYNC);
    }

    TrainingJobs(Ports ports, WorkQueue.Pace pace, Duration resync) {
        this.resync = resync;
        client = ports.client();
        core = new CoreJobs(ports.jobs());
        changes = ports.changes();
        leads = ports.leads();
        queue = new WorkQueue<>(pace, ports.nanoTicker(), ports.random());
        sync = new TrainingJobSync(this::cached, new TrainingJobObjects(client), core, ports.levels(), ports.clock());
    }

    /** Returns at once; work begins when the objects have been listed, however long the API server takes to answer. */
    public void start() {
        changes.listen(new JobChanges.Listener() {
            @Override
            public void changed(JobKey key) {
                queue.add(key);
            }

            @Override
            public void progressed(JobKey key) {
                queue.addAfter(key, PROGRESS_EVERY);
            }
        });
        SharedIndexInformer<TrainingJob> objects = client.resources(TrainingJob.class)
                .inAnyNamespace()
                .runnableInformer(resync.toMillis())
                .addEventHandler(new Handler())
                .exceptionHandler((hasStarted, failure) -> {
                    LOG.warn("cannot watch TrainingJobs, tries again: {}", Failures.words(failure));
                    return true;
                });
        informer = Optional.of(objects);
        var unused = objects.start().whenComplete((done, failure) -> {
            if (failure == null) {
                begin();
            } else {
                LOG.error("TrainingJobs cannot be watched at all; is the chart's definition there?", failure);
            }
        });
    }

    private synchronized void begin() {
        for (int index = 0; index < THREADS; index++) {
            Thread thread = new Thread(this::work, "muster-training-jobs-" + index);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        Thread lister = new Thread(this::addUnfinished, "muster-training-jobs-list");
        lister.setDaemon(true);
        threads.add(lister);
        lister.start();
    }

    /** Jobs whose object was never made, or went while nobody looked; all others are heard of by themselves. */
    private void addUnfinished() {
        try {
            core.unfinished().forEach(queue::add);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.warn("the jobs could not be listed: {}", Failures.words(failure));
        }
    }

    private void work() {
        try {
            for (Optional<JobKey> key = queue.take(); key.isPresent(); key = queue.take()) {
                work(key.get());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(JobKey key) throws InterruptedException {
        if (!leads.getAsBoolean()) {
            queue.failed(key, Duration.ZERO);
            return;
        }
        try {
            Optional<Duration> again = sync.sync(key);
            queue.done(key);
            again.ifPresent(delay -> queue.addAfter(key, delay));
        } catch (RuntimeException failure) {
            LOG.warn("{} is tried again: {}", key, Failures.words(failure));
            LOG.debug("{}", key, failure);
            queue.failed(key, retryAfter(failure));
        }
    }

    private static Duration retryAfter(RuntimeException failure) {
        if (failure instanceof KubernetesClientException answer
                && answer.getCode() == TOO_MANY_REQUESTS
                && answer.getStatus() != null
                && answer.getStatus().getDetails() != null
                && answer.getStatus().getDetails().getRetryAfterSeconds() != null) {
            return Duration.ofSeconds(
                    Math.min(RESYNC.toSeconds(), answer.getStatus().getDetails().getRetryAfterSeconds()));
        }
        return Duration.ZERO;
    }

    private Optional<TrainingJob> cached(JobKey key) {
        return informer.map(objects -> objects.getIndexer().getByKey(key.namespace() + "/" + key.name()));
    }

    /** Who owns the job's pods: its object, once that is there. */
    public Optional<OwnerReference> owner(JobRecord job) {
        return cached(job.key())
                .filter(object -> Step.isOf(object, job))
                .map(object -> new OwnerReferenceBuilder()
                        .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                        .withKind("TrainingJob")
                        .withName(object.getMetadata().getName())
                        .withUid(object.getMetadata().getUid())
                        .withController(true)
                        .withBlockOwnerDeletion(true)
                        .build());
    }

    /** Stops writing; objects stay as they are, and the next leader goes on from there. */
    @Override
    public void close() {
        queue.close();
        informer.ifPresent(SharedIndexInformer::close);
        for (Thread thread : startedThreads()) {
            thread.interrupt();
            try {
                thread.join(CLOSES_WITHIN.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized List<Thread> startedThreads() {
        return List.copyOf(threads);
    }

    private final class Handler implements ResourceEventHandler<TrainingJob> {
        @Override
        public void onAdd(TrainingJob object) {
            queue.add(TrainingJobObjects.key(object));
        }

        @Override
        public void onUpdate(TrainingJob before, TrainingJob object) {
            queue.add(TrainingJobObjects.key(object));
        }

        @Override
        public void onDelete(TrainingJob object, boolean finalStateUnknown) {
            queue.add(TrainingJobObjects.key(object));
        }
    }
}
