package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.command.MusterRun.Result;
import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.Samples;
import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.ExplainReply;
import dev.muster.proto.v1.Explanation;
import dev.muster.proto.v1.GangSpec;
import dev.muster.proto.v1.GoodputBucket;
import dev.muster.proto.v1.GoodputReply;
import dev.muster.proto.v1.GoodputRequest;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.ListJobsRequest;
import dev.muster.proto.v1.RankState;
import dev.muster.proto.v1.RankView;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.TemplateSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobVerbsTest {

    private final FakeController controller = FakeController.start();

    @AfterEach
    void stop() {
        controller.close();
    }

    private Result muster(String... words) {
        return MusterRun.against(controller).run(words);
    }

    @Test
    void listShowsJobsAsColumns() {
        controller.jobs().listed = List.of(
                Samples.job("digits"),
                Samples.job("wide").toBuilder().setNamespace("research").build());

        Result result = muster("list");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("""
                        JOB            STATE    QUEUE    HOSTS  ACCELERATORS  ATTEMPT     STEP   AGE  REASON
                        digits         RUNNING  default      3             8        1  200/400  1m5s  running on n1,n2,n3
                        research/wide  RUNNING  default      3             8        1  200/400  1m5s  running on n1,n2,n3
                        """);
    }

    @Test
    void listAsJsonKeepsItsPromisedShape() {
        controller.jobs().listed = List.of(Samples.job("digits"));

        assertThat(muster("list", "-o", "json").out()).isEqualTo("""
                        {
                          "jobs": [
                            {
                              "namespace": "default",
                              "name": "digits",
                              "uid": "uid-digits",
                              "state": "RUNNING",
                              "queue": "default",
                              "priority": 100,
                              "hosts": 3,
                              "spares": 1,
                              "accelerators": 8,
                              "attempt": 1,
                              "submittedAt": "2026-11-20T11:58:55Z",
                              "startedAt": "2026-11-20T11:59:00Z",
                              "reason": "running on n1,n2,n3",
                              "progress": {
                                "step": 200,
                                "totalSteps": 400,
                                "checkpoint": 150,
                                "loss": 0.25,
                                "checkpointSeconds": 0.0,
                                "reportedAt": "2026-11-20T11:59:59Z"
                              }
                            }
                          ]
                        }
                        """);
    }

    @Test
    void namesCanBeGivenToTheNextCommand() {
        controller.jobs().listed = List.of(Samples.job("digits"));

        assertThat(muster("list", "-o", "name").out()).isEqualTo("default/digits\n");
        muster("cancel", "default/digits");
        assertThat(controller.jobs().onlyRequest(JobRequest.class))
                .isEqualTo(JobRequest.newBuilder()
                        .setNamespace("default")
                        .setName("digits")
                        .build());
    }

    @Test
    void anEmptyListSaysWhatToDo() {
        assertThat(muster("list").out()).isEqualTo("no jobs; submit one with: muster submit FILE\n");
        assertThat(muster("list", "-o", "json").out()).isEqualTo("{\n  \"jobs\": []\n}\n");
    }

    @Test
    void listReadsEveryPageAndPassesItsFilters() {
        controller.jobs().listed = IntStream.range(0, 2500)
                .mapToObj(number -> Samples.job("job-" + number))
                .toList();

        Result result =
                muster("list", "--limit", "0", "--queue", "research", "--state", "running,pending", "-o", "name");

        assertThat(result.out().lines()).hasSize(2500);
        ListJobsRequest first = (ListJobsRequest) controller.jobs().requests.get(0);
        assertThat(first.getQueue()).isEqualTo("research");
        assertThat(first.getStatesList()).containsExactly(JobState.JOB_STATE_RUNNING, JobState.JOB_STATE_PENDING);
        assertThat(muster("list", "-o", "name").out().lines()).hasSize(1000);
    }

    @Test
    void showTellsTheStoryOfAJob() {
        controller.jobs().detail = JobDetail.newBuilder()
                .setJob(Samples.job("digits"))
                .setSpec(JobSpec.newBuilder()
                        .setGang(GangSpec.newBuilder()
                                .setHosts(3)
                                .setSpares(1)
                                .setPerHost(Resources.newBuilder()
                                        .setAccelerators(2)
                                        .setCpuMillis(1500)
                                        .setMemoryBytes(3L << 30)))
                        .setTemplate(
                                TemplateSpec.newBuilder().addCommand("java").addCommand("Train.java")))
                .addAttempts(AttemptView.newBuilder()
                        .setAttempt(1)
                        .setPlacedAtMillis(Samples.NOW.minusSeconds(60).toEpochMilli())
                        .setRunningAtMillis(Samples.NOW.minusSeconds(58).toEpochMilli())
                        .addPlacement(HostAssignment.newBuilder().setHost("n1").setRanks(2))
                        .addPlacement(HostAssignment.newBuilder().setHost("n4").setNodeRank(-1))
                        .addRanks(
                                RankView.newBuilder().setRank(0).setHost("n1").setState(RankState.RANK_STATE_RUNNING)))
                .build();

        Result result = muster("show", "digits");

        assertThat(result.out())
                .contains("Gang       3 hosts and 1 spare\n")
                .contains("Each host  2 accelerators, 1.5 cpus, 3Gi\n")
                .contains("Progress   step 200/400, checkpoint 150, loss 0.2500, reported 1s ago\n")
                .contains("Command    java Train.java\n")
                .contains("ATTEMPT  PLACED  STARTING  RAN  HOSTS         OUTCOME\n")
                .contains("      1  1m ago        2s  58s  n1,n4(spare)  present\n")
                .contains("   0  n1    RUNNING     -\n");
        assertThat(muster("show", "digits", "-o", "json").out())
                .contains("\"spare\": true")
                .contains("\"walltimeSeconds\": 0")
                .contains("\"perHost\": {\n        \"accelerators\": 2,");
    }

    @Test
    void explainNamesTheConstraintAndWhatHelps() {
        controller.jobs().explanation = ExplainReply.newBuilder()
                .setJob(Samples.job("digits", JobState.JOB_STATE_PENDING))
                .setExplanation(Explanation.newBuilder()
                        .setCode("CAPACITY")
                        .setDomain("b1/r1")
                        .setRequired(3)
                        .setAvailable(2)
                        .setShort(1)
                        .putExcluded("CORDONED", 1)
                        .setHelps("WAIT")
                        .setText("needs 3 hosts with 2 accelerators; 2 are free")
                        .setExpectedStartAtMillis(Samples.NOW.plusSeconds(3600).toEpochMilli())
                        .addWaitsFor("research/llama")
                        .addSuggestions("ask for 2 hosts"))
                .build();

        assertThat(muster("explain", "digits").out()).isEqualTo("""
                        digits waits, submitted 1m5s ago
                        Why          needs 3 hosts with 2 accelerators; 2 are free
                        Constraint   CAPACITY
                        Amounts      asks for 3, there are 2, short 1
                        Best domain  b1/r1
                        Left out     1 host CORDONED
                        What helps   waiting: others will end
                        Waits for    research/llama
                        Expected     2026-11-20T13:00:00Z (in 1h), if walltimes are right
                          - ask for 2 hosts
                        """);
        assertThat(muster("explain", "digits", "-o", "yaml").out())
                .contains("waits: true\n")
                .contains("  excluded:\n    CORDONED: 1\n");
    }

    @Test
    void explainSaysSoWhenAJobDoesNotWait() {
        controller.jobs().explanation =
                ExplainReply.newBuilder().setJob(Samples.job("digits")).build();

        assertThat(muster("explain", "digits").out())
                .isEqualTo("digits does not wait; it is RUNNING: running on n1,n2,n3\n");
    }

    @Test
    void eventsAreATimeline() {
        controller.jobs().events = EventsReply.newBuilder()
                .addEvents(Samples.event(1, "Submitted", ""))
                .addEvents(Samples.event(5, "Placed", "on n1,n2,n3"))
                .setDropped(3)
                .build();

        assertThat(muster("events", "digits").out()).isEqualTo("""
                        3 older events are no longer kept
                        WHEN     AFTER  ATTEMPT  EVENT      MESSAGE
                        59s ago    +0s        1  Submitted
                        55s ago    +4s        1  Placed     on n1,n2,n3
                        """);
        assertThat(muster("events", "digits", "-o", "json").out())
                .contains("\"at\": \"2026-11-20T11:59:01Z\"")
                .contains("\"dropped\": 3");
    }

    @Test
    void goodputShowsEveryBucketToTheMillisecond() {
        controller.jobs().goodput = GoodputReply.newBuilder()
                .setScope("default/digits")
                .addBuckets(GoodputBucket.newBuilder().setName("productive").setAcceleratorMillis(90_001))
                .addBuckets(GoodputBucket.newBuilder().setName("starting").setAcceleratorMillis(9_999))
                .setAllocatedAcceleratorMillis(100_000)
                .setQueuedMillis(1500)
                .setEttr(0.9)
                .build();

        assertThat(muster("goodput", "digits").out())
                .contains("productive               90.001  90.0%  ███████████████████████████\n")
                .contains("allocated               100.000\n")
                .contains("effective training time ratio 0.900, queued 1s\n");
        assertThat(muster("goodput", "digits", "-o", "json").out())
                .contains("\"allocatedAcceleratorSeconds\": 100,")
                .contains("\"acceleratorSeconds\": 90.001")
                .contains("\"queuedSeconds\": 1.5");
        muster("goodput");
        assertThat(controller.jobs().requests).last().isEqualTo(GoodputRequest.getDefaultInstance());
        muster("goodput", "--queue", "research");
        assertThat(controller.jobs().requests)
                .last()
                .isEqualTo(GoodputRequest.newBuilder().setQueue("research").build());
    }

    @Test
    void goodputTellsTheLastHourAndWhatFailuresCostOthers() {
        controller.jobs().goodput = GoodputReply.newBuilder()
                .setScope("queue research")
                .setEttr(0.9)
                .setLastHourEttr(0.5)
                .setSufferedAcceleratorMillis(2500)
                .setCausedAcceleratorMillis(4000)
                .build();

        assertThat(muster("goodput", "--queue", "research").out())
                .contains("effective training time ratio 0.900 (in the last hour 0.500), queued")
                .contains("2.500 accelerator-seconds of these were lost by giving way")
                .contains("which cost those 4.000 accelerator-seconds\n");
        assertThat(muster("goodput", "--queue", "research", "-o", "json").out())
                .contains("\"lastHourEttr\": 0.5")
                .contains("\"sufferedAcceleratorSeconds\": 2.5")
                .contains("\"causedAcceleratorSeconds\": 4");
        assertThat(muster("goodput", "digits", "--queue", "research").exitCode())
                .isEqualTo(2);
    }

    @Test
    void theNamespaceComesFromOptionVariableOrName() {
        MusterRun.against(controller).with("MUSTER_NAMESPACE", "research").run("hold", "digits");
        muster("hold", "digits", "-n", "vision");
        muster("hold", "speech/digits", "-n", "vision");

        assertThat(controller.jobs().requests)
                .extracting(request -> ((JobRequest) request).getNamespace())
                .containsExactly("research", "vision", "speech");
    }

    @Test
    void everyChangeSaysWhatBecameOfTheJob() {
        controller.jobs().job = Samples.job("digits", JobState.JOB_STATE_STOPPING);

        assertThat(muster("cancel", "digits").out()).isEqualTo("cancelled digits, STOPPING: running on n1,n2,n3\n");
        assertThat(muster("release", "digits").out()).startsWith("released digits");
        assertThat(muster("hold", "digits", "-o", "json").out()).startsWith("{\n  \"job\": {");
    }
}
