package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.FleetServiceGrpc.FleetServiceBlockingStub;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import dev.muster.security.TlsClient;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The controller of a cluster, whichever of several that is: where one follows, its word leads to the leader. Calls answer
 * within the timeout or end with a {@code CommandFailure}.
 */
public final class Controller implements AutoCloseable {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

    private final Servers servers;
    private final Duration timeout;
    private final RandomGenerator random;
    private final Pause pause;
    private final Connections connections;

    /** @param tls how controllers are spoken to; empty: in plain text */
    public Controller(Servers servers, Optional<TlsClient> tls, Duration timeout, RandomGenerator random, Pause pause) {
        this.servers = servers;
        this.timeout = timeout;
        this.random = random;
        this.pause = pause;
        this.connections = new Connections(servers, tls);
    }

    /** One that has no other beside it. */
    public static Controller only(ServerAddress server, Duration timeout) {
        return new Controller(Servers.of(server), Optional.empty(), timeout, new SplittableRandom(), Pause.real());
    }

    public Servers servers() {
        return servers;
    }

    /** A question about jobs: asked again elsewhere as long as the timeout allows. */
    public <T> T jobs(Function<JobServiceBlockingStub, T> call) {
        return ask(within -> call.apply(jobStub(within)), true, 1);
    }

    /** A question about the fleet, as {@link #jobs}. */
    public <T> T fleet(Function<FleetServiceBlockingStub, T> call) {
        return ask(within -> call.apply(fleetStub(within)), true, 1);
    }

    /** A change of a job: asked again only where nothing can have been done yet. */
    public <T> T changeJob(Function<JobServiceBlockingStub, T> call) {
        return ask(within -> call.apply(jobStub(within)), false, 1);
    }

    /** A change of the fleet, as {@link #changeJob}. */
    public <T> T changeFleet(Function<FleetServiceBlockingStub, T> call) {
        return ask(within -> call.apply(fleetStub(within)), false, 1);
    }

    /** A change that may be asked for twice and is done once; a few attempts are made even where there is one controller. */
    <T> T changeOnce(Function<JobServiceBlockingStub, T> call, int leastAttempts) {
        return ask(within -> call.apply(jobStub(within)), true, leastAttempts);
    }

    private <T> T ask(Function<Duration, T> call, boolean repeatable, int leastAttempts) {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        for (int attempt = 1; ; attempt++) {
            Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
            try {
                return call.apply(left);
            } catch (StatusRuntimeException failure) {
                connections.learn(failure);
                boolean harmless = repeatable ? StatusFailures.mayPass(failure) : Connections.nothingWasDone(failure);
                boolean hopeful = attempt < leastAttempts || connections.mayFindAnother();
                Duration wait = BACKOFF.delay(attempt, random);
                if (!harmless || !hopeful || System.nanoTime() + wait.toNanos() - deadlineNanos >= 0) {
                    throw failed(failure);
                }
                pause(wait);
            }
        }
    }

    private CommandFailure failed(StatusRuntimeException failure) {
        boolean answered = Connections.isOfFollower(failure);
        Optional<String> disagreement =
                StatusFailures.isUnreachable(failure) && !answered ? connections.disagreement() : Optional.empty();
        return disagreement
                .map(why -> new CommandFailure(ExitCode.UNREACHABLE, why, failure))
                .orElseGet(() -> StatusFailures.of(failure, servers));
    }

    private void pause(Duration wait) {
        try {
            pause.pause(wait);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", interruption);
        }
    }

    private JobServiceBlockingStub jobStub(Duration within) {
        return JobServiceGrpc.newBlockingStub(connections.channel())
                .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private FleetServiceBlockingStub fleetStub(Duration within) {
        return FleetServiceGrpc.newBlockingStub(connections.channel())
                .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Gives every line of output to {@code sink}, until the stream ends; no timeout. Output that is followed is followed on when
     * the leader changes.
     */
    public void logs(LogsRequest request, Consumer<LogLine> sink) {
        LogResume resume = new LogResume(request, sink);
        for (int failures = 0; ; failures++) {
            try {
                JobServiceGrpc.newBlockingStub(connections.channel())
                        .logs(resume.request())
                        .forEachRemaining(resume);
                return;
            } catch (StatusRuntimeException failure) {
                connections.learn(failure);
                failures = resume.takeHeard() ? 0 : failures;
                boolean goesOn = Connections.nothingWasDone(failure) || resume.canGoOn();
                if (!StatusFailures.mayPass(failure)
                        || !goesOn
                        || !connections.mayFindAnother()
                        || failures >= LogResume.MOST_FAILURES) {
                    throw failed(failure);
                }
                pause(BACKOFF.delay(failures + 1, random));
            }
        }
    }

    /** As {@link #jobs}, asked once; the status is kept for a caller that tries again by itself. */
    <T> T jobsOrStatus(Function<JobServiceBlockingStub, T> call) {
        return call.apply(jobStub(timeout));
    }

    /** The changes of a job; reading on throws {@link StatusRuntimeException} when the stream breaks. No timeout. */
    Iterator<JobUpdate> watch(JobRequest request) {
        return JobServiceGrpc.newBlockingStub(connections.channel()).watch(request);
    }

    /** The caller's own attempt failed; the next goes where this failure leads. */
    void learn(StatusRuntimeException failure) {
        connections.learn(failure);
    }

    @Override
    public void close() {
        connections.close();
    }
}
