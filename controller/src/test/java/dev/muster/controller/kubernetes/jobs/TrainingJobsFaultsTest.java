package dev.muster.controller.kubernetes.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.FaultyProxy.Call;
import dev.muster.controller.kubernetes.testing.FaultyProxy.Fault;
import dev.muster.controller.operations.JobState;
import dev.muster.scheduler.job.JobKey;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** TrainingJobs while the API server answers badly, late or not at all. */
class TrainingJobsFaultsTest extends TrainingJobsStories {

    TrainingJobsFaultsTest(ApiServerProcess server) {
        super(server);
    }

    @Test
    void whateverTheApiServerAnswersTheStateConverges() {
        core.withHosts(2);
        Predicate<Call> ourWrites = call -> call.isWrite() && call.path().contains(namespace);
        proxy.plan(ourWrites, Fault.status(409), 1);
        proxy.plan(ourWrites, Fault.status(500), 2);
        proxy.plan(ourWrites, Fault.tooManyRequests(1), 1);
        proxy.plan(ourWrites, Fault.lostAnswer(), 3);
        proxy.plan(ourWrites, Fault.hangUp(), 1);
        proxy.plan(ourWrites, Fault.slow(Duration.ofSeconds(6)), 1);
        apply(file("llama", 2));
        awaitState("llama", JobState.RUNNING);
        proxy.plan(ourWrites, Fault.lostAnswer(), 2);
        core.finishEverything();
        awaitState("llama", JobState.FINISHED);
        await().atMost(PATIENCE).until(() -> proxy.left() == 0);
        assertThat(events("Submitted")).hasSize(1);
        proxy.plan(ourWrites, Fault.status(409), 1);
        object("llama").delete();
        awaitGone("llama");
    }

    @Test
    void anOutageStopsNothingAndIsMadeUpFor() {
        core.withHosts(2);
        apply(file("llama", 2));
        awaitState("llama", JobState.RUNNING);
        proxy.down();
        core.finishEverything();
        awaitCore("llama", JobState.FINISHED);
        apply(file("next", 2));
        assertThat(status("llama").orElseThrow().state()).isEqualTo("RUNNING");
        proxy.up();
        awaitState("llama", JobState.FINISHED);
        awaitState("next", JobState.RUNNING);
    }

    @Test
    void anApiServerThatHangsDoesNotHoldUpTheCore() {
        core.withHosts(2);
        apply(file("llama", 1));
        awaitState("llama", JobState.RUNNING);
        server.pause();
        try {
            JobKey meanwhile = key("meanwhile");
            core.core
                    .jobs()
                    .submit(Manifests.read(file("meanwhile", 1)).value().orElseThrow(), "a-uuid")
                    .join();
            await().atMost(PATIENCE)
                    .until(() -> JobState.of(core.core
                                    .jobs()
                                    .get(meanwhile)
                                    .join()
                                    .record()
                                    .status())
                            == JobState.RUNNING);
        } finally {
            server.resume();
        }
        awaitState("meanwhile", JobState.RUNNING);
    }
}
