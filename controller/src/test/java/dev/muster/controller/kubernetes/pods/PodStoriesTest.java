package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.state.JobPhase;
import dev.muster.scheduler.job.JobSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lives of gangs as pods, from their start to their end, with nothing wrong but what users and programs do. */
@ExtendWith(ApiServer.class)
class PodStoriesTest {

    private PodCluster cluster;

    @BeforeEach
    void begin(ApiServerProcess server) {
        cluster = new PodCluster(server).withNodes(3).begin();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private JobSpec job(String name, int hosts) {
        return PodJobs.job(cluster.namespace(), name, hosts);
    }

    private void finishAll(JobSpec spec, int attempt, int ranks) {
        for (int rank = 0; rank < ranks; rank++) {
            cluster.finish(spec, attempt, rank, 0, "");
        }
    }

    @Test
    void aGangStartsRunsAndSucceedsAndItsPodsStayForTheirOutput() {
        JobSpec spec = job("llama", 2);
        String uid = cluster.submit(spec);
        cluster.awaitRunning(uid, 1);
        assertThat(cluster.pods())
                .hasSize(4)
                .allSatisfy(pod -> assertThat(pod.getSpec().getSchedulerName()).isEqualTo("muster"))
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactlyInAnyOrder("llama-1-0", "llama-1-1", "llama-1-2", "llama-1-3");
        Service service = cluster.admin()
                .services()
                .inNamespace(cluster.namespace())
                .withName("llama-1")
                .get();
        assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
        finishAll(spec, 1, 4);
        cluster.awaitPhase(uid, JobPhase.FINISHED);
        await().untilAsserted(() -> assertThat(cluster.admin()
                        .services()
                        .inNamespace(cluster.namespace())
                        .list()
                        .getItems())
                .isEmpty());
        assertThat(cluster.pods()).hasSize(4);
    }

    @Test
    void aRankThatFailsRestartsTheGangWithItsLastWords() {
        JobSpec spec = job("llama", 2);
        String uid = cluster.submit(spec);
        cluster.awaitRunning(uid, 1);
        cluster.finish(spec, 1, 2, 3, "CUDA out of memory");
        cluster.awaitRunning(uid, 2);
        assertThat(cluster.history(uid))
                .anySatisfy(line -> assertThat(line)
                        .contains("RankFailed: rank 2 on")
                        .contains("exited with code 3: CUDA out of memory"));
        await().untilAsserted(() -> assertThat(cluster.pods())
                .extracting(pod -> pod.getMetadata().getLabels().get(PodLabels.ATTEMPT))
                .containsOnly("2"));
    }

    @Test
    void aCancelledGangIsGivenItsTimeToEnd() {
        JobSpec spec = job("llama", 1);
        String uid = cluster.submit(spec);
        cluster.awaitRunning(uid, 1);
        String node = cluster.placement(uid).hosts().get(0).host();
        // What is cut off does not act on its deletion, so that it can be looked at.
        cluster.kubelet().cutOff(node);
        cluster.cancel(uid);
        await().untilAsserted(() -> assertThat(cluster.pods())
                .extracting(pod -> pod.getMetadata().getDeletionGracePeriodSeconds())
                .containsExactly(10L, 10L));
        assertThat(cluster.job(uid).phase()).isEqualTo(JobPhase.STOPPING);
        cluster.kubelet().reconnect(node);
        cluster.awaitPhase(uid, JobPhase.CANCELLED);
        cluster.awaitNoPods();
    }

    @Test
    void aGangOfAJobWithoutAnObjectWaitsForIt() {
        cluster.withoutOwners();
        String uid = cluster.submit(job("llama", 1));
        cluster.awaitPhase(uid, JobPhase.STARTING);
        assertThat(cluster.pods()).isEmpty();
        cluster.withOwners();
        cluster.awaitRunning(uid, 1);
        assertThat(cluster.pods())
                .allSatisfy(pod ->
                        assertThat(pod.getMetadata().getOwnerReferences()).hasSize(1));
    }

    @Test
    void anImageThatCannotBePulledIsReportedInTheKubeletsWords() {
        String words = "Back-off pulling image \"nowhere:1\"";
        cluster.kubelet().failPulls("nowhere:1", words);
        String uid = cluster.submit(PodJobs.withImage(cluster.namespace(), "llama", "nowhere:1"));
        await().untilAsserted(
                        () -> assertThat(cluster.job(uid).status().message()).contains("ImagePullBackOff", words));
        assertThat(cluster.job(uid).phase()).isEqualTo(JobPhase.STARTING);
        assertThat(cluster.history(uid).stream().filter(line -> line.startsWith("StartHindered")))
                .hasSize(1);
    }

    @Test
    void aTemplateThatNoPodCanBeMadeOfIsSaid() {
        JobSpec spec = PodJobs.job(
                cluster.namespace(), "llama", 1, "app:1", Optional.empty(), Optional.of("{\"volumes\": 7}"));
        String uid = cluster.submit(spec);
        await().untilAsserted(
                        () -> assertThat(cluster.job(uid).status().message()).contains("template.volumes is 7"));
    }

    @Test
    void aPodThatSomebodyDeletesMovesTheGangOn() {
        JobSpec spec = job("llama", 2);
        String uid = cluster.submit(spec);
        cluster.awaitRunning(uid, 1);
        cluster.admin()
                .pods()
                .inNamespace(cluster.namespace())
                .withName("llama-1-1")
                .delete();
        cluster.awaitRunning(uid, 2);
        assertThat(cluster.job(uid).status().restarts().applicationFailures()).isZero();
        assertThat(cluster.history(uid)).anySatisfy(line -> assertThat(line).contains("pod llama-1-1"));
    }

    @Test
    void anEvictedPodCountsAsADrainOfItsHost() {
        JobSpec spec = job("llama", 2);
        String uid = cluster.submit(spec);
        cluster.awaitRunning(uid, 1);
        String node = cluster.pods().stream()
                .filter(pod -> pod.getMetadata().getName().equals("llama-1-3"))
                .map(pod -> pod.getSpec().getNodeName())
                .findFirst()
                .orElseThrow();
        cluster.kubelet().cutOff(node);
        cluster.admin()
                .pods()
                .inNamespace(cluster.namespace())
                .withName("llama-1-3")
                .evict(new EvictionBuilder()
                        .withNewMetadata()
                        .withName("llama-1-3")
                        .withNamespace(cluster.namespace())
                        .endMetadata()
                        .build());
        await().untilAsserted(() -> assertThat(cluster.history(uid))
                .anySatisfy(line -> assertThat(line).startsWith("HostDraining: host " + node)));
        cluster.kubelet().reconnect(node);
        cluster.awaitRunning(uid, 2);
        assertThat(cluster.placement(uid).runsOn(node)).isFalse();
    }

    @Test
    void aNameUsedAgainClearsAwayWhatIsKeptOfTheLastJobOfThatName() {
        JobSpec spec = job("llama", 1);
        String first = cluster.submit(spec);
        cluster.awaitRunning(first, 1);
        finishAll(spec, 1, 2);
        cluster.awaitPhase(first, JobPhase.FINISHED);
        String second = cluster.submit(spec);
        cluster.awaitRunning(second, 1);
        assertThat(cluster.pods())
                .hasSize(2)
                .extracting(pod -> pod.getMetadata().getLabels().get(PodLabels.JOB_UID))
                .containsOnly(second);
    }

    @Test
    void onlySoManyPodsOfEndedJobsAreKept() {
        cluster.dies();
        cluster.begin(new PodSettings(8, Duration.ofSeconds(10), Duration.ofSeconds(1), 3, 4));
        for (String name : List.of("a", "b")) {
            JobSpec spec = job(name, 1);
            String uid = cluster.submit(spec);
            cluster.awaitRunning(uid, 1);
            finishAll(spec, 1, 2);
            cluster.awaitPhase(uid, JobPhase.FINISHED);
        }
        await().untilAsserted(() -> assertThat(cluster.pods())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactlyInAnyOrder("b-1-0", "b-1-1"));
    }

    @Test
    void thePodsOfAHostShareExactlyWhatTheJobAskedFor() {
        cluster.submit(job("llama", 1));
        await().untilAsserted(() -> assertThat(cluster.pods()).hasSize(2));
        Pod pod = cluster.pods().get(0);
        assertThat(pod.getSpec().getContainers().get(0).getResources().getLimits())
                .hasToString(pod.getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getRequests()
                        .toString())
                .containsKeys("cpu", "memory", "nvidia.com/gpu");
    }
}
