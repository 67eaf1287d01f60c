package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.Violation;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one name up to date, from whatever state it is in: reads the object and the job, takes the next {@link Step}, and
 * again until there is none. Nothing is remembered that a crash must not lose; a step that was taken already is taken in
 * vain or not at all.
 */
final class TrainingJobSync {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingJobSync.class);
    private static final int MOST_STEPS = 8;
    private static final int MOST_EVENTS_AT_ONCE = 50;
    private static final int MOST_VIOLATIONS = 5;
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(30);
    private static final Duration PODS_LOOKED_AT_EVERY = Duration.ofSeconds(2);
    private static final int UNPROCESSABLE = 422;

    private final Function<JobKey, Optional<TrainingJob>> cache;
    private final TrainingJobObjects objects;
    private final CoreJobs core;
    private final List<String> levels;
    private final InstantSource clock;
    /** What was written last and when; the cache may not have it yet. */
    private final Map<JobKey, Written> written = new ConcurrentHashMap<>();

    private record Written(String uid, TrainingJobStatus status, Instant at) {}

    TrainingJobSync(
            Function<JobKey, Optional<TrainingJob>> cache,
            TrainingJobObjects objects,
            CoreJobs core,
            List<String> levels,
            InstantSource clock) {
        this.cache = cache;
        this.objects = objects;
        this.core = core;
        this.levels = levels;
        this.clock = clock;
    }

    /** @return when to look again although nothing may have changed; empty: when something does */
    Optional<Duration> sync(JobKey key) throws InterruptedException {
        Optional<TrainingJob> object = cache.apply(key);
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            Optional<JobView> job = object.isPresent() && Step.hasEnded(object.get()) && !isDeleted(object.get())
                    ? Optional.empty()
                    : core.get(key);
            Step step = Step.next(object, job);
            if (object.isEmpty() && step != Step.NOTHING) {
                object = objects.get(key); // the cache may be late, and this must not be judged by rumour
                step = Step.next(object, job);
            }
            LOG.debug("{}: {}", key, step);
            switch (step) {
                case NOTHING -> {
                    written.remove(key);
                    return Optional.empty();
                }
                case CLAIM -> object = Optional.of(objects.addFinalizer(object.orElseThrow()));
                case SUBMIT -> {
                    if (!submit(key, object.orElseThrow())) {
                        return Optional.empty();
                    }
                }
                case HOLD -> hold(key);
                case RELEASE -> release(key, object.orElseThrow());
                case CANCEL -> cancel(key, "its TrainingJob was deleted");
                case MIRROR -> object = mirror(job.orElseThrow().record());
                case REPORT -> {
                    return report(key, object.orElseThrow(), job.orElseThrow());
                }
                case LET_GO -> {
                    return letGo(key, object.orElseThrow(), job);
                }
            }
        }
        return Optional.of(PODS_LOOKED_AT_EVERY);
    }

    private static boolean isDeleted(TrainingJob object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    private boolean submit(JobKey key, TrainingJob object) throws InterruptedException {
        Reading<JobSpec> reading = Manifests.read(object);
        if (reading.value().isEmpty()) {
            refuse(key, object, words(reading.violations()));
            return false;
        }
        try {
            core.submit(reading.value().get(), Step.submissionId(object), Step.isToBeHeld(object));
            return true;
        } catch (CoreJobs.No no) {
            refuse(key, object, no.words());
            return false;
        }
    }

    private static String words(List<Violation> violations) {
        String named = violations.stream()
                .limit(MOST_VIOLATIONS)
                .map(violation -> violation.field() + ": " + violation.message())
                .collect(Collectors.joining("; "));
        int more = violations.size() - MOST_VIOLATIONS;
        return more > 0 ? named + " (and " + more + " more)" : named;
    }

    private void refuse(JobKey key, TrainingJob object, String why) {
        Instant now = clock.instant();
        TrainingJobStatus before = latest(key, object);
        TrainingJobStatus status = StatusOf.refused(before, object.getMetadata().getGeneration(), why, now);
        if (!status.equals(before)) {
            objects.recordRefusal(object, why, now);
            write(key, object, status);
        }
    }

    private void hold(JobKey key) throws InterruptedException {
        try {
            core.hold(key);
        } catch (CoreJobs.No startedMeanwhile) {
            LOG.info("{} cannot be held: {}", key, startedMeanwhile.words());
        }
    }

    private void release(JobKey key, TrainingJob object) throws InterruptedException {
        try {
            core.release(key);
        } catch (CoreJobs.No releasedMeanwhile) {
            LOG.info("{} cannot be released: {}", key, releasedMeanwhile.words());
        }
        LOG.debug("{} is released, as {} says", key, object.getMetadata().getResourceVersion());
    }

    private void cancel(JobKey key, String why) throws InterruptedException {
        try {
            core.cancel(key, why);
        } catch (CoreJobs.No endedMeanwhile) {
            LOG.info("{} cannot be cancelled: {}", key, endedMeanwhile.words());
        }
    }

    /** The object that now stands for the job; empty when it can have none, and the job is cancelled for that. */
    private Optional<TrainingJob> mirror(JobRecord job) throws InterruptedException {
        try {
            return Optional.of(objects.create(Manifests.mirror(job)));
        } catch (KubernetesClientException refused) {
            switch (refused.getCode()) {
                case HttpURLConnection.HTTP_CONFLICT -> {
                    return objects.get(job.key());
                }
                case HttpURLConnection.HTTP_NOT_FOUND ->
                    cancel(
                            job.key(),
                            "Kubernetes has no namespace " + job.key().namespace()
                                    + "; make it, or submit with --namespace");
                case UNPROCESSABLE ->
                    cancel(job.key(), "Kubernetes does not take its TrainingJob: " + refused.getMessage());
                default -> throw refused;
            }
            return Optional.empty();
        }
    }

    private Optional<Duration> letGo(JobKey key, TrainingJob object, Optional<JobView> job) {
        TrainingJobStatus status = object.getStatus();
        Optional<String> uid = job.map(JobView::record)
                .filter(record -> Step.isOf(object, record))
                .map(JobRecord::uid)
                .or(() -> Optional.ofNullable(status == null ? null : status.jobUid()));
        if (uid.isPresent() && objects.hasLivePods(key, uid.get())) {
            return Optional.of(PODS_LOOKED_AT_EVERY);
        }
        objects.removeFinalizer(object);
        written.remove(key);
        return Optional.empty();
    }

    private Optional<Duration> report(JobKey key, TrainingJob object, JobView job) throws InterruptedException {
        TrainingJobStatus before = latest(key, object);
        Instant now = clock.instant();
        StatusOf.Beside beside;
        try {
            OptionalDouble ettr = job.record().status().attempt() > 0 ? core.ettr(key) : OptionalDouble.empty();
            long lastEvent = recordEvents(key, object, before);
            beside = new StatusOf.Beside(ettr, levels, Step.isToBeHeld(object), lastEvent);
        } catch (CoreJobs.No gone) {
            return Optional.of(Duration.ZERO); // it went between two questions
        }
        TrainingJobStatus status = StatusOf.of(before, object.getMetadata().getGeneration(), job, beside, now);
        if (status.equals(before)) {
            return Optional.empty();
        }
        Written last = written.get(key);
        if (last != null && last.uid.equals(object.getMetadata().getUid()) && sameButProgress(status, before)) {
            Duration since = Duration.between(last.at, now);
            if (since.compareTo(PROGRESS_EVERY) < 0) {
                return Optional.of(PROGRESS_EVERY.minus(since));
            }
        }
        write(key, object, status);
        return Optional.empty();
    }

    private static boolean sameButProgress(TrainingJobStatus one, @Nullable TrainingJobStatus other) {
        return other != null && calm(one).equals(calm(other));
    }

    /** Without what changes all the time. */
    private static TrainingJobStatus calm(TrainingJobStatus status) {
        return new TrainingJobStatus(
                status.state(),
                status.jobUid(),
                status.attempt(),
                status.hosts(),
                status.reason(),
                status.observedGeneration(),
                status.submittedAt(),
                status.startedAt(),
                status.endedAt(),
                status.placement(),
                null,
                null,
                status.restarts(),
                status.held(),
                status.lastEvent(),
                status.conditions());
    }

    /** The number of the latest line that Kubernetes has as an event now. */
    private long recordEvents(JobKey key, TrainingJob object, @Nullable TrainingJobStatus before)
            throws CoreJobs.No, InterruptedException {
        List<JobEvent> lines = core.events(key);
        long known = before == null
                        || before.lastEvent() == null
                        || lines.isEmpty()
                        || !Objects.equals(before.jobUid(), lines.get(0).jobUid())
                ? 0
                : before.lastEvent();
        List<JobEvent> fresh =
                lines.stream().filter(line -> line.sequence() > known).toList();
        for (JobEvent line : fresh.subList(Math.max(0, fresh.size() - MOST_EVENTS_AT_ONCE), fresh.size())) {
            objects.record(object, line);
        }
        return fresh.isEmpty() ? known : fresh.get(fresh.size() - 1).sequence();
    }

    private @Nullable TrainingJobStatus latest(JobKey key, TrainingJob object) {
        Optional<Written> newer = Optional.ofNullable(written.get(key))
                .filter(last -> last.uid.equals(object.getMetadata().getUid()))
                .filter(last -> Duration.between(last.at, clock.instant()).compareTo(PROGRESS_EVERY) < 0);
        return newer.isPresent() ? newer.get().status : object.getStatus();
    }

    private void write(JobKey key, TrainingJob object, TrainingJobStatus status) {
        objects.applyStatus(object, status);
        written.put(key, new Written(object.getMetadata().getUid(), status, clock.instant()));
    }
}
