package dev.muster.cli.endtoend;

import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.SubmitRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A stream of small gangs whose ranks go step by step together, so that none gets far without the others, and whose first
 * rank writes the job's name into a file once all steps are done, unless an attempt before has written it.
 */
final class GangStream {

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

    private final RealCluster cluster;
    private final Jobs jobs;
    private final Path scratch;
    private final Random random;
    private final SortedSet<String> acknowledged = new TreeSet<>();
    private int submitted;

    GangStream(RealCluster cluster, Path scratch, long seed) {
        this.cluster = cluster;
        this.jobs = new Jobs(cluster);
        this.scratch = scratch;
        this.random = new Random(seed);
        try {
            Files.createDirectories(scratch.resolve("beats"));
            Files.createFile(scratch.resolve("done"));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** Submits the next gang, again and again until somebody answers; {@code meanwhile} happens in between. */
    void submitNext(Runnable meanwhile) {
        submitted++;
        String name = "g" + submitted;
        String script =
                SCRIPT.replace("SCRATCH", scratch.toString()).replace("STEPS", String.valueOf(3 + random.nextInt(20)));
        JobSpec.Builder gang = Jobs.gang(name, 1 + random.nextInt(3), random.nextInt(2), script);
        SubmitRequest request = SubmitRequest.newBuilder()
                .setSpec(gang)
                .setSubmissionId("submission-of-" + name)
                .build();
        while (!acknowledged.contains(name)) {
            try {
                cluster.jobs().withDeadlineAfter(1, TimeUnit.SECONDS).submit(request);
                acknowledged.add(name);
            } catch (StatusRuntimeException unanswered) {
                meanwhile.run();
            }
        }
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** Of the acknowledged jobs, those that have not finished, each with its state. */
    List<String> unfinished() {
        return acknowledged.stream()
                .map(name -> name + " " + jobs.summary(name).getState())
                .filter(line -> !line.endsWith(JobState.JOB_STATE_FINISHED.name()))
                .toList();
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
}
