package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.pods.PodReading.Life;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

/** What is read from a pod as kubelets and controllers write it. */
class PodReadingTest {

    private static final String DELETED = "deletionTimestamp: '2026-11-23T08:00:30Z', deletionGracePeriodSeconds: 30, ";

    private static PodReading read(String metadata, String status) {
        String yaml = """
                metadata: {name: llama-1-3, namespace: research, uid: u1, %s
                  labels: {muster.dev/job: llama, muster.dev/job-uid: j1, muster.dev/attempt: '1', muster.dev/rank: '3'}}
                spec: {nodeName: n2}
                status: %s
                """.formatted(metadata, status);
        return PodReading.of(new KubernetesSerialization().unmarshal(yaml, Pod.class))
                .orElseThrow();
    }

    private static PodReading read(String status) {
        return read("", status);
    }

    private static String container(String phase, String state) {
        return "{phase: " + phase + ", containerStatuses: [{name: rank, state: " + state + "}]}";
    }

    private static String exited(int code, String more) {
        return "{terminated: {exitCode: " + code + more + "}}";
    }

    @Test
    void aRankThatRuns() {
        PodReading reading = read(container("Running", "{running: {}}"));
        assertThat(reading.life()).isEqualTo(Life.RUNNING);
        assertThat(reading.gang()).isEqualTo(new GangKey("j1", 1));
        assertThat(reading.rank()).isEqualTo(3);
        assertThat(reading.host()).isEqualTo("n2");
        assertThat(reading.bound()).isTrue();
    }

    @Test
    void aRankThatEndsWellOrNot() {
        assertThat(read(container("Succeeded", exited(0, ""))).life()).isEqualTo(Life.SUCCEEDED);
        PodReading killed = read(container("Failed", exited(137, ", reason: OOMKilled, message: 'allocating 80 GB'")));
        assertThat(killed.life()).isEqualTo(Life.FAILED);
        assertThat(killed.exitCode()).isEqualTo(137);
        assertThat(killed.message()).isEqualTo("OOMKilled: allocating 80 GB");
    }

    @Test
    void whatHindersAStartInTheKubeletsWords() {
        PodReading reading = read(container("Pending", "{waiting: {reason: ErrImagePull, message: 'not found'}}"));
        assertThat(reading.life()).isEqualTo(Life.HINDERED);
        assertThat(reading.message()).isEqualTo("ErrImagePull: not found");
        assertThat(read(container("Pending", "{waiting: {reason: ContainerCreating}}"))
                        .life())
                .isEqualTo(Life.PENDING);
    }

    @Test
    void whatWasDoneToAPodIsNotItsProgramsFault() {
        String[] statuses = {
            "{phase: Failed, reason: Evicted, message: 'low on memory'}",
            "{phase: Failed, reason: OutOfcpu}",
            "{phase: Failed, reason: UnexpectedAdmissionError}",
            "{phase: Failed, reason: NodeShutdown}",
            "{phase: Failed}",
            container("Failed", exited(137, ", reason: ContainerStatusUnknown")),
            "{phase: Failed, conditions: [{type: DisruptionTarget, status: 'True', reason: DeletionByTaintManager}],"
                    + " containerStatuses: [{name: rank, state: {terminated: {exitCode: 143}}}]}",
        };
        for (String status : statuses) {
            assertThat(read(status).life()).as(status).isEqualTo(Life.INTERRUPTED);
        }
        assertThat(read(statuses[0]).message()).isEqualTo("Evicted: low on memory");
    }

    @Test
    void aRankThatEndedBeforeItsPodWasDeletedEndedByItself() {
        String early = container("Failed", exited(1, ", finishedAt: '2026-11-23T07:59:50Z'"));
        String late = container("Failed", exited(143, ", finishedAt: '2026-11-23T08:00:03Z'"));
        assertThat(read(DELETED, early).life()).isEqualTo(Life.FAILED);
        assertThat(read(DELETED, late).life()).isEqualTo(Life.INTERRUPTED);
        assertThat(read(DELETED, late).deletionGraceSeconds()).contains(30L);
    }

    @Test
    void lastWordsAreBoundedAndTheLastOfThemStay() {
        String words = "x".repeat(10_000) + " the end";
        assertThat(read(container("Failed", exited(1, ", message: '" + words + "'")))
                        .message())
                .hasSize(4096)
                .endsWith("the end");
    }

    @Test
    void aPodWithoutOurLabelsIsNotOurs() {
        Pod stranger = new KubernetesSerialization()
                .unmarshal("metadata: {name: x, labels: {muster.dev/job-uid: j1}}\nspec: {}\nstatus: {}", Pod.class);
        assertThat(PodReading.of(stranger)).isEmpty();
    }
}
