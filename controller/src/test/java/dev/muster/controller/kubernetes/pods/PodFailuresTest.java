package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.FaultyProxy;
import dev.muster.controller.kubernetes.testing.FaultyProxy.Fault;
import dev.muster.controller.state.JobPhase;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The controller dies, nodes die, the API server is away or refuses: gangs go on, and never in two attempts at once. */
@ExtendWith(ApiServer.class)
class PodFailuresTest {

    private PodCluster cluster;
    private ApiServerProcess server;
    private FaultyProxy proxy;

    @BeforeEach
    void begin(ApiServerProcess apiServer) {
        server = apiServer;
        proxy = FaultyProxy.before(server);
        cluster = new PodCluster(server).withNodes(4).through(server.config(proxy.url()));
    }

    @AfterEach
    void close() {
        proxy.up();
        cluster.close();
        proxy.close();
    }

    private JobSpec job(String name, int hosts) {
        return PodJobs.job(cluster.namespace(), name, hosts);
    }

    private static boolean isPodCreation(FaultyProxy.Call call) {
        return call.method().equals("POST") && call.path().endsWith("/pods");
    }

    private static boolean isBinding(FaultyProxy.Call call) {
        return call.path().endsWith("/binding");
    }

    // ---- the controller

    @Test
    void aControllerThatDiesWhileItStartsAGangLeavesNothingHalf() {
        cluster.begin();
        proxy.plan(PodFailuresTest::isBinding, Fault.status(503), Integer.MAX_VALUE);
        String uid = cluster.submit(job("llama", 2));
        await().untilAsserted(() -> assertThat(cluster.pods()).hasSize(4));
        cluster.dies();
        proxy.forgetPlans();
        // One of them is lost while nobody looks.
        cluster.admin()
                .pods()
                .inNamespace(cluster.namespace())
                .withName("llama-1-2")
                .withGracePeriod(0)
                .delete();
        cluster.begin();
        cluster.awaitRunning(uid, 1);
        assertThat(cluster.pods()).hasSize(4);
    }

    @Test
    void aControllerThatDiesWhileAGangRunsFindsItRunning() {
        cluster.begin();
        String uid = cluster.submit(job("llama", 2));
        cluster.awaitRunning(uid, 1);
        cluster.restarts();
        cluster.finish(job("llama", 2), 1, 3, 1, "boom");
        cluster.awaitRunning(uid, 2);
        assertThat(cluster.history(uid)).anySatisfy(line -> assertThat(line).contains("rank 3"));
    }

    @Test
    void whatWasLostOfARunningGangWhileNobodyLookedIsNotMadeAgain() {
        cluster.begin();
        String uid = cluster.submit(job("llama", 2));
        cluster.awaitRunning(uid, 1);
        cluster.dies();
        cluster.admin()
                .pods()
                .inNamespace(cluster.namespace())
                .withName("llama-1-2")
                .withGracePeriod(0)
                .delete();
        cluster.begin();
        cluster.awaitRunning(uid, 2);
        assertThat(cluster.history(uid))
                .anySatisfy(line -> assertThat(line).contains("pod llama-1-2 is not there any more"));
    }

    @Test
    void aControllerThatDiesWhileItStopsAGangStopsItAllTheSame() {
        cluster.begin();
        String uid = cluster.submit(job("llama", 2));
        cluster.awaitRunning(uid, 1);
        proxy.plan(call -> call.method().equals("DELETE"), Fault.status(500), Integer.MAX_VALUE);
        cluster.cancel(uid);
        cluster.awaitPhase(uid, JobPhase.STOPPING);
        cluster.dies();
        proxy.forgetPlans();
        cluster.begin();
        cluster.awaitPhase(uid, JobPhase.CANCELLED);
        cluster.awaitNoPods();
    }

    @Test
    void podsOfNobodyAreRemoved() {
        cluster.begin();
        String uid = cluster.submit(job("llama", 1));
        cluster.awaitRunning(uid, 1);
        cluster.admin()
                .pods()
                .inNamespace(cluster.namespace())
                .withName("llama-1-1")
                .edit(pod -> {
                    pod.getMetadata().getLabels().put(PodLabels.JOB_UID, "nobody");
                    return pod;
                });
        await().untilAsserted(() -> assertThat(cluster.pods())
                .noneSatisfy(
                        pod -> assertThat(pod.getMetadata().getLabels()).containsEntry(PodLabels.JOB_UID, "nobody")));
    }

    @Test
    void aStopOvertakesAStart() {
        cluster.begin();
        proxy.plan(PodFailuresTest::isPodCreation, Fault.slow(Duration.ofSeconds(3)), 2);
        String uid = cluster.submit(job("llama", 4));
        await().untilAsserted(() -> assertThat(proxy.calls()).anyMatch(PodFailuresTest::isPodCreation));
        cluster.cancel(uid);
        cluster.awaitPhase(uid, JobPhase.CANCELLED);
        cluster.awaitNoPods();
        assertThat(proxy.calls()).noneMatch(PodFailuresTest::isBinding);
    }

    // ---- nodes

    @Test
    void aGangGoesOnWithoutAHostThatDoesNotAnswerOnceAPeerHasStopped() {
        cluster.begin();
        String uid = cluster.submit(job("llama", 2));
        cluster.awaitRunning(uid, 1);
        String node = cluster.placement(uid).hosts().get(1).host();
        cluster.withoutPeers(node);
        cluster.kubelet().cutOff(node);
        cluster.lose(node);
        cluster.awaitRunning(uid, 2);
        assertThat(cluster.placement(uid).runsOn(node)).isFalse();
        cluster.kubelet().reconnect(node);
        cluster.comesBack(node);
        await().untilAsserted(() -> assertThat(cluster.pods())
                .extracting(pod -> pod.getMetadata().getLabels().get(PodLabels.ATTEMPT))
                .containsOnly("2"));
        await().untilAsserted(() -> assertThat(cluster.hasLeftovers(node)).isFalse());
    }

    @Test
    void timeIsNoProofAndTheFenceIs() {
        cluster.begin();
        String uid = cluster.submit(job("llama", 1));
        cluster.awaitRunning(uid, 1);
        String node = cluster.placement(uid).hosts().get(0).host();
        cluster.kubelet().cutOff(node);
        cluster.lose(node);
        await().untilAsserted(() -> assertThat(cluster.job(uid).status().message())
                .contains(node, "does not answer", "is deleted", "node.kubernetes.io/out-of-service"));
        assertThat(cluster.job(uid).status().attempt()).isEqualTo(1);
        assertThat(cluster.kubelet().running()).hasSize(2);
        cluster.kubelet().powerOff(node);
        cluster.fence(node, "its Node has the taint out-of-service");
        cluster.awaitRunning(uid, 2);
        assertThat(cluster.pods())
                .allSatisfy(pod -> assertThat(pod.getSpec().getNodeName()).isNotEqualTo(node));
    }

    // ---- the API server

    @Test
    void anApiServerThatIsAwayForTenSecondsCostsNothingButTime() {
        cluster.begin();
        String before = cluster.submit(job("before", 1));
        cluster.awaitRunning(before, 1);
        server.pause();
        String uid;
        try {
            uid = cluster.submit(job("llama", 2));
            cluster.awaitPhase(uid, JobPhase.STARTING);
            await().during(Duration.ofSeconds(10))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> cluster.job(before).phase() == JobPhase.RUNNING);
        } finally {
            server.resume();
        }
        cluster.awaitRunning(uid, 1);
        assertThat(cluster.job(before).status().attempt()).isEqualTo(1);
    }

    @Test
    void answersThatAreNoneAreAskedForAgain() {
        proxy.plan(PodFailuresTest::isPodCreation, Fault.lostAnswer(), 2);
        proxy.plan(PodFailuresTest::isPodCreation, Fault.tooManyRequests(1), 1);
        proxy.plan(PodFailuresTest::isPodCreation, Fault.hangUp(), 1);
        proxy.plan(PodFailuresTest::isBinding, Fault.lostAnswer(), 2);
        proxy.plan(PodFailuresTest::isBinding, Fault.status(409), 1);
        proxy.plan(call -> call.path().endsWith("/services"), Fault.lostAnswer(), 1);
        cluster.begin();
        String uid = cluster.submit(job("llama", 2));
        cluster.awaitRunning(uid, 1);
        assertThat(cluster.pods()).hasSize(4);
        assertThat(proxy.left()).isZero();
        proxy.plan(call -> call.method().equals("DELETE"), Fault.lostAnswer(), 2);
        proxy.plan(call -> call.method().equals("DELETE"), Fault.status(410), 1);
        cluster.cancel(uid);
        cluster.awaitPhase(uid, JobPhase.CANCELLED);
        cluster.awaitNoPods();
    }

    @Test
    void aWatchThatBreaksMissesNothing() {
        cluster.begin();
        JobSpec spec = job("llama", 1);
        String uid = cluster.submit(spec);
        cluster.awaitRunning(uid, 1);
        proxy.down();
        cluster.finish(spec, 1, 0, 0, "");
        cluster.finish(spec, 1, 1, 0, "");
        proxy.up();
        cluster.awaitPhase(uid, JobPhase.FINISHED);
    }

    @Test
    void whatIsRefusedIsSaidAndGrantedLater() {
        cluster.begin();
        proxy.plan(PodFailuresTest::isPodCreation, Fault.status(403), 3);
        String uid = cluster.submit(job("llama", 1));
        await().untilAsserted(() -> assertThat(cluster.history(uid))
                .anySatisfy(line -> assertThat(line).startsWith("StartHindered")));
        cluster.awaitRunning(uid, 1);
    }
}
