package dev.muster.cli.endtoend;

import static org.awaitility.Awaitility.await;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.Pause;
import dev.muster.cli.client.Servers;
import dev.muster.cli.client.Submission;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A stream of small gangs whose ranks go step by step together, so that none gets far without the others, and whose first
 * rank writes the job's name into a file once all steps are done, unless an attempt before has written it. Submitted as the command line does, with every controller named.
 */
final class GangStream implements AutoCloseable {

    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final String SCRIPT = """
            beat=SCRATCH/beats/$MUSTER_JOB.$MUSTER_ATTEMPT; i=0
            if grep -qx "$MUSTER_JOB" SCRATCH/done; then exit 0; fi
            while test $i -lt STEPS; do
              i=$((i+1)); echo $i > $beat.$RANK.new; mv $beat.$RANK.new $beat.$RANK; peer=0
              while test $peer -lt $WORLD_SIZE; do
                step=$(cat $beat.$peer 2>/dev/null)
                if test "${step:-0}" -ge $i; then peer=$((peer+1)); else sleep 0.2; fi
              done
              sleep 0.2
            done
            if test $RANK -eq 0 && ! grep -qx "$MUSTER_JOB" SCRATCH/done; then echo "$MUSTER_JOB" >> SCRATCH/done; fi
            """;

    private final Controller controller;
    private final Path scratch;
    private final Random random;
    private final SortedSet<String> acknowledged = new TreeSet<>();
    private final Set<String> finished = new HashSet<>();
    private int submitted;

    /** @param servers every controller, as for {@code --server} */
    GangStream(String servers, Path scratch, long seed) {
        this.controller = new Controller(
                Servers.parse(servers, "the cluster"),
                Optional.empty(),
                TIMEOUT,
                new SplittableRandom(seed),
                Pause.real());
        this.scratch = scratch;
        this.random = new Random(seed);
        try {
            Files.createDirectories(scratch.resolve("beats"));
            Files.createFile(scratch.resolve("done"));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** Submits the next gang, again and again until it is acknowledged; any answer but "unavailable" is a failure. */
    void submitNext() {
        submitted++;
        String name = "g" + submitted;
        String script =
                SCRIPT.replace("SCRATCH", scratch.toString()).replace("STEPS", String.valueOf(3 + random.nextInt(20)));
        JobSpec gang = Jobs.gang(name, 1 + random.nextInt(3), random.nextInt(2), script)
                .build();
        Submission submission = new Submission(gang, UUID.randomUUID());
        await("job " + name + " is acknowledged")
                .atMost(ACKNOWLEDGED_WITHIN)
                .pollDelay(Duration.ZERO)
                .until(() -> isAcknowledged(submission));
        acknowledged.add(name);
    }

    private boolean isAcknowledged(Submission submission) {
        try {
            submission.submit(controller);
            return true;
        } catch (CommandFailure failure) {
            if (failure.exitCode() == ExitCode.UNREACHABLE) {
                return false;
            }
            throw failure;
        }
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** Of the acknowledged jobs, those that have not finished, each with its state. */
    List<String> unfinished() {
        return acknowledged.stream()
                .filter(name -> !finished.contains(name))
                .map(name -> name + " " + state(name))
                .filter(line -> !line.endsWith(JobState.JOB_STATE_FINISHED.name()))
                .toList();
    }

    /** Finished is for ever, so nobody asks again. */
    private JobState state(String name) {
        JobState state =
                controller.jobs(stub -> stub.get(Jobs.request(name))).getJob().getState();
        if (state == JobState.JOB_STATE_FINISHED) {
            finished.add(name);
        }
        return state;
    }

    SortedSet<String> names() {
        return acknowledged;
    }

    /** The names of jobs in the order in which they were done. */
    List<String> done() {
        try {
            return Files.readAllLines(scratch.resolve("done"));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    @Override
    public void close() {
        controller.close();
    }
}
