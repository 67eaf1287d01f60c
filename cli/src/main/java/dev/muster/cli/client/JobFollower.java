package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.Words;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.EventsRequest;
import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.JobUpdate;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Follows a job to its end, through restarts of the controller. Each event is told once: after a connection broke, the
 * events of the gap are asked for, and what was told before is left out by its sequence number.
 */
public final class JobFollower {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
    /** About ten minutes without a controller; then somebody should look. */
    private static final int MOST_FAILURES = 150;

    /** Hears what happens, in the order it happened. */
    public interface Listener {

        void event(JobEvent event);

        /** The job as it is now; after the events that led there. */
        void job(JobSummary job);

        /** The controller went away; following goes on. Told once for each outage. */
        void connectionLost();

        void connectionBack();
    }

    private final Controller controller;
    private final JobReference job;
    private final Listener listener;
    private final RandomGenerator random;
    private final Pause pause;
    private long lastSequence;
    private int failures;

    public JobFollower(
            Controller controller, JobReference job, Listener listener, RandomGenerator random, Pause pause) {
        this.controller = controller;
        this.job = job;
        this.listener = listener;
        this.random = random;
        this.pause = pause;
    }

    /** Returns the job in its terminal state. */
    public JobSummary follow() {
        while (true) {
            try {
                JobSummary last = followOnce();
                if (Words.isTerminal(last.getState())) {
                    return last;
                }
            } catch (StatusRuntimeException failure) {
                controller.learn(failure);
                if (!StatusFailures.mayPass(failure)) {
                    throw StatusFailures.of(failure, controller.servers());
                }
            }
            waitForAnother();
        }
    }

    private JobSummary followOnce() {
        Iterator<JobUpdate> updates = controller.watch(job.request());
        JobSummary last = JobSummary.getDefaultInstance();
        boolean first = true;
        while (updates.hasNext()) {
            JobUpdate update = updates.next();
            if (first) {
                connected();
                tell(missedEvents());
                first = false;
            }
            tell(update.getEventsList());
            last = update.getJob();
            listener.job(last);
            if (Words.isTerminal(last.getState())) {
                break;
            }
        }
        return last;
    }

    private void connected() {
        if (failures > 0) {
            failures = 0;
            listener.connectionBack();
        }
    }

    private List<JobEvent> missedEvents() {
        EventsRequest request = EventsRequest.newBuilder()
                .setNamespace(job.namespace())
                .setName(job.name())
                .build();
        EventsReply reply = controller.jobsOrStatus(jobs -> jobs.events(request));
        return reply.getEventsList();
    }

    private void tell(List<JobEvent> events) {
        for (JobEvent event : events) {
            if (event.getSequence() > lastSequence) {
                lastSequence = event.getSequence();
                listener.event(event);
            }
        }
    }

    private void waitForAnother() {
        failures++;
        if (failures > MOST_FAILURES) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "controller at " + controller.servers() + " stayed away; the job may still run, see `muster show "
                            + job + "` later");
        }
        if (failures == 1) {
            listener.connectionLost();
        }
        try {
            pause.pause(BACKOFF.delay(failures, random));
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted; the job goes on", interruption);
        }
    }
}
