package dev.muster.cli.endtoend;

import static org.awaitility.Awaitility.await;

import dev.muster.proto.v1.CheckpointSpec;
import dev.muster.proto.v1.EventsRequest;
import dev.muster.proto.v1.GangSpec;
import dev.muster.proto.v1.GoodputBucket;
import dev.muster.proto.v1.GoodputReply;
import dev.muster.proto.v1.GoodputRequest;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import dev.muster.proto.v1.ProcessLayout;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.RestartSpec;
import dev.muster.proto.v1.Spread;
import dev.muster.proto.v1.SubmitRequest;
import dev.muster.proto.v1.TemplateSpec;
import dev.muster.proto.v1.TopologySpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** What a user does with jobs, in the words of the stories. */
final class Jobs {

    private final RealCluster cluster;

    Jobs(RealCluster cluster) {
        this.cluster = cluster;
    }

    /** A gang of hosts with one accelerator and one rank each that runs a shell script. */
    static JobSpec.Builder gang(String name, int hosts, int spares, String script) {
        return JobSpec.newBuilder()
                .setNamespace("default")
                .setName(name)
                .setQueue("default")
                .setPreemptible(true)
                .setGang(GangSpec.newBuilder()
                        .setHosts(hosts)
                        .setMinHosts(hosts)
                        .setSpares(spares)
                        .setProcesses(ProcessLayout.PROCESS_LAYOUT_PER_ACCELERATOR)
                        .setPerHost(Resources.newBuilder().setAccelerators(1).setCpuMillis(100)))
                .setTopology(TopologySpec.newBuilder().setSpread(Spread.SPREAD_PACKED))
                .setRestart(RestartSpec.newBuilder()
                        .setMaxRestarts(50)
                        .setFuseFailures(3)
                        .setFuseWithinMillis(Duration.ofMinutes(10).toMillis())
                        .setHangAfterMillis(Duration.ofMinutes(10).toMillis()))
                .setTemplate(TemplateSpec.newBuilder().addAllCommand(List.of("sh", "-c", script)));
    }

    static JobSpec.Builder withCheckpoint(JobSpec.Builder job, String directory) {
        return job.setCheckpoint(
                CheckpointSpec.newBuilder().setDirectory(directory).setGraceMillis(2_000));
    }

    JobSummary submit(JobSpec.Builder job) {
        return cluster.jobs()
                .submit(SubmitRequest.newBuilder()
                        .setSpec(job)
                        .setSubmissionId(UUID.randomUUID().toString())
                        .build())
                .getJob();
    }

    JobDetail detail(String name) {
        return cluster.jobs().get(request(name));
    }

    JobSummary summary(String name) {
        return detail(name).getJob();
    }

    static JobRequest request(String name) {
        return JobRequest.newBuilder().setNamespace("default").setName(name).build();
    }

    JobSummary awaitState(String name, JobState state) {
        await("job " + name + " is " + state)
                .atMost(RealCluster.PATIENCE)
                .ignoreExceptions()
                .until(() -> summary(name).getState() == state);
        return summary(name);
    }

    void awaitAttempt(String name, int attempt, JobState state) {
        await("job " + name + " is " + state + " in attempt " + attempt)
                .atMost(RealCluster.PATIENCE)
                .ignoreExceptions()
                .until(() -> summary(name).getState() == state && summary(name).getAttempt() == attempt);
    }

    /** Hosts that hold ranks in an attempt, in rank order. */
    List<String> hosts(String name, int attempt) {
        return placement(name, attempt).stream()
                .filter(part -> part.getNodeRank() >= 0)
                .map(HostAssignment::getHost)
                .toList();
    }

    List<String> spares(String name, int attempt) {
        return placement(name, attempt).stream()
                .filter(part -> part.getNodeRank() < 0)
                .map(HostAssignment::getHost)
                .toList();
    }

    private List<HostAssignment> placement(String name, int attempt) {
        return detail(name).getAttemptsList().stream()
                .filter(view -> view.getAttempt() == attempt)
                .findFirst()
                .orElseThrow()
                .getPlacementList();
    }

    List<String> eventTypes(String name) {
        return cluster
                .jobs()
                .events(EventsRequest.newBuilder()
                        .setNamespace("default")
                        .setName(name)
                        .build())
                .getEventsList()
                .stream()
                .map(JobEvent::getType)
                .toList();
    }

    String logs(String name, int rank) {
        StringBuilder text = new StringBuilder();
        Iterator<LogLine> lines = cluster.jobs()
                .logs(LogsRequest.newBuilder()
                        .setNamespace("default")
                        .setName(name)
                        .setRank(rank)
                        .build());
        lines.forEachRemaining(line -> text.append(line.getData().toString(StandardCharsets.UTF_8)));
        return text.toString();
    }

    GoodputReply goodput(String name) {
        return cluster.jobs()
                .goodput(GoodputRequest.newBuilder()
                        .setNamespace("default")
                        .setName(name)
                        .build());
    }

    static long total(GoodputReply goodput) {
        return goodput.getBucketsList().stream()
                .mapToLong(GoodputBucket::getAcceleratorMillis)
                .sum();
    }
}
