package dev.muster.controller.kubernetes.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.api.Api;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.operations.JobState;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobKey;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** TrainingJobs from their birth to their end, with nothing wrong but what users do. */
class TrainingJobsStoriesTest extends TrainingJobsStories {

    TrainingJobsStoriesTest(ApiServerProcess server) {
        super(server);
    }

    @Test
    void aJobIsRunAndItsObjectTellsHow() {
        core.withHosts(3);
        apply(file("llama", 3));
        TrainingJobStatus running = awaitState("llama", JobState.RUNNING);
        assertThat(running.hosts()).isEqualTo(3);
        assertThat(running.attempt()).isEqualTo(1);
        assertThat(running.observedGeneration()).isEqualTo(1);
        assertThat(running.placement())
                .isEqualTo(new TrainingJobStatus.Placement(
                        Map.of(
                                "block",
                                new TrainingJobStatus.Domains(1, List.of("b0")),
                                "rack",
                                new TrainingJobStatus.Domains(2, List.of("b0/r0", "b0/r1"))),
                        "n0",
                        "n2",
                        0));
        assertThat(condition(running, "Running")).isEqualTo("True Running");
        assertThat(condition(running, "Queued")).isEqualTo("False Running");
        assertThat(condition(running, "Finished")).isEqualTo("False Running");
        core.finishEverything();
        TrainingJobStatus finished = awaitState("llama", JobState.FINISHED);
        assertThat(condition(finished, "Finished")).isEqualTo("True Finished");
        assertThat(finished.endedAt()).isNotNull();
        assertThat(finished.ettr()).isNotNull();
        assertThat(events("Submitted")).hasSize(1);
        assertThat(events("Finished"))
                .singleElement()
                .satisfies(
                        event -> assertThat(event.getInvolvedObject().getName()).isEqualTo("llama"));
        object("llama").delete();
        awaitGone("llama");
    }

    @Test
    void aJobThatMustWaitSaysWhy() {
        core.withHosts(2);
        apply(file("first", 2));
        awaitState("first", JobState.RUNNING);
        apply(file("second", 2));
        TrainingJobStatus waiting = awaitStatus(
                "second",
                seen -> condition(seen, "Queued").equals("True Waiting")
                        && String.valueOf(seen.reason()).contains("2 hosts"));
        assertThat(waiting.state()).isEqualTo("PENDING");
        core.finishEverything();
        awaitState("second", JobState.RUNNING);
    }

    @Test
    void aJobThatIsTooLargeForTheClusterIsTakenOnceTheClusterHasGrown() {
        core.withHosts(2);
        apply(file("big", 3));
        TrainingJobStatus refused = awaitStatus("big", seen -> "REFUSED".equals(seen.state()));
        assertThat(refused.reason()).contains("needs 3 hosts");
        core.withHosts(1);
        awaitState("big", JobState.RUNNING);
    }

    @Test
    void progressIsTold() {
        core.withHosts(1);
        apply(file("llama", 1));
        awaitState("llama", JobState.RUNNING);
        core.progress(40);
        core.finishEverything();
        TrainingJobStatus status = awaitState("llama", JobState.FINISHED);
        assertThat(status.progress()).isEqualTo(new TrainingJobStatus.Progress(40L, 100L, 40L, 0.5));
    }

    @Test
    void deletingTheObjectEndsTheJobBeforeTheObjectGoes() {
        core.withHosts(2);
        apply(file("llama", 2));
        TrainingJobStatus running = awaitState("llama", JobState.RUNNING);
        user.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("llama-1-0")
                        .withNamespace(namespace)
                        .addToLabels("muster.dev/job-uid", running.jobUid())
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("none")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        object("llama").delete();
        awaitCore("llama", JobState.CANCELLED);
        await().during(Duration.ofMillis(300))
                .atMost(PATIENCE)
                .until(() -> object("llama").get() != null);
        user.pods()
                .inNamespace(namespace)
                .withName("llama-1-0")
                .withGracePeriod(0)
                .delete();
        awaitGone("llama");
        assertThat(inCore("llama").orElseThrow().record().status().message()).contains("its TrainingJob was deleted");
    }

    @Test
    void theHoldAnnotationHoldsFromTheBeginningAndItsRemovalReleases() {
        core.withHosts(2);
        TrainingJob held = file("llama", 2);
        held.getMetadata().setAnnotations(Map.of(Api.HOLD_ANNOTATION, "true"));
        apply(held);
        TrainingJobStatus status = awaitState("llama", JobState.HELD);
        assertThat(condition(status, "Queued")).isEqualTo("True Held");
        annotate("llama", Map.of());
        awaitState("llama", JobState.RUNNING);
    }

    @Test
    void aHoldOfTheCommandLineIsNotUndoneByAnObjectWithoutAnnotation() {
        apply(file("llama", 2));
        awaitState("llama", JobState.PENDING);
        core.core.jobs().hold(key("llama")).join();
        TrainingJobStatus held = awaitState("llama", JobState.HELD);
        assertThat(held.held()).isNull();
        annotate("llama", Map.of("note", "touched"));
        await().during(Duration.ofMillis(500))
                .atMost(PATIENCE)
                .until(() -> inCore("llama").orElseThrow().record().status().held());
        annotate("llama", Map.of(Api.HOLD_ANNOTATION, "true"));
        core.core.jobs().release(key("llama")).join();
        awaitStatus("llama", seen -> Boolean.TRUE.equals(seen.held()));
    }

    @Test
    void whatTheCoreRefusesIsSaidInItsWords() {
        TrainingJob job = file("llama", 2);
        TrainingJob elsewhere = Serialization.unmarshal(
                Serialization.asYaml(job).replace("spec:", "spec:\n  queue: nowhere"), TrainingJob.class);
        apply(elsewhere);
        TrainingJobStatus status =
                awaitStatus("llama", seen -> condition(seen, "Queued").equals("False Refused"));
        assertThat(status.state()).isEqualTo("REFUSED");
        assertThat(status.reason()).contains("nowhere");
        assertThat(events("Refused")).hasSize(1);
        object("llama").delete();
        awaitGone("llama");
    }

    @Test
    void twoJobsOfOneNameInTwoNamespacesAreTwoJobs() {
        core.withHosts(2);
        String other = ApiServer.freshNamespace(user);
        apply(file("llama", 1));
        TrainingJob twin = file("llama", 1);
        twin.getMetadata().setNamespace(other);
        apply(twin);
        awaitState("llama", JobState.RUNNING);
        await().atMost(PATIENCE)
                .until(() -> Optional.ofNullable(user.resources(TrainingJob.class)
                                .inNamespace(other)
                                .withName("llama")
                                .get()
                                .getStatus())
                        .filter(status -> "RUNNING".equals(status.state()))
                        .isPresent());
    }

    @Test
    void aJobOfTheCommandLineGetsAnObjectThatCanEndIt() {
        core.withHosts(2);
        core.core
                .jobs()
                .submit(Manifests.read(file("cli", 2)).value().orElseThrow(), "a-uuid")
                .join();
        TrainingJobStatus status = awaitState("cli", JobState.RUNNING);
        TrainingJob mirror = object("cli").get();
        assertThat(mirror.getMetadata().getLabels()).containsEntry(Api.SUBMITTED_BY_LABEL, "cli");
        assertThat(mirror.getMetadata().getAnnotations()).containsEntry(Api.JOB_UID_ANNOTATION, status.jobUid());
        assertThat(Manifests.read(mirror).value())
                .isEqualTo(Manifests.read(file("cli", 2)).value());
        assertThat(adapter.owner(inCore("cli").orElseThrow().record())
                        .orElseThrow()
                        .getUid())
                .isEqualTo(mirror.getMetadata().getUid());
        object("cli").delete();
        awaitGone("cli");
        awaitCore("cli", JobState.CANCELLED);
    }

    @Test
    void aJobForANamespaceThatIsNotThereIsCancelledWithThatReason() {
        String text = Serialization.asYaml(file("lost", 1)).replace(namespace, "nowhere-at-all");
        core.core
                .jobs()
                .submit(JobFile.read(text).value().orElseThrow(), "a-uuid")
                .join();
        JobKey lost = new JobKey("nowhere-at-all", "lost");
        await().atMost(PATIENCE)
                .until(() ->
                        JobState.of(core.core.jobs().get(lost).join().record().status()) == JobState.CANCELLED);
        assertThat(core.core.jobs().get(lost).join().record().status().message())
                .contains("Kubernetes has no namespace nowhere-at-all");
    }

    @Test
    void whatHappenedWhileNobodyLookedIsMadeUpFor() {
        core.withHosts(4);
        apply(file("ended", 1));
        apply(file("deleted", 1));
        awaitState("ended", JobState.RUNNING);
        awaitState("deleted", JobState.RUNNING);
        adapter.close();
        object("deleted").delete();
        apply(file("added", 1));
        core.core
                .jobs()
                .submit(Manifests.read(file("typed", 1)).value().orElseThrow(), "a-uuid")
                .join();
        core.core.jobs().cancel(key("ended")).join();
        adapter = adapter();
        adapter.start();
        awaitGone("deleted");
        awaitState("ended", JobState.CANCELLED);
        awaitState("added", JobState.RUNNING);
        awaitState("typed", JobState.RUNNING);
        assertThat(events("Submitted")).hasSize(4);
    }

    @Test
    void aCoreThatLostItsStoreDoesNotRunEndedJobsAgain() {
        core.withHosts(2);
        apply(file("done", 1));
        awaitState("done", JobState.RUNNING);
        core.finishEverything();
        awaitState("done", JobState.FINISHED);
        apply(file("going", 1));
        awaitState("going", JobState.RUNNING);
        adapter.close();
        core.close();
        core = new RealCore().withHosts(2);
        adapter = adapter();
        adapter.start();
        awaitCore("going", JobState.RUNNING);
        assertThat(inCore("done")).isEmpty();
        assertThat(status("done").orElseThrow().state()).isEqualTo("FINISHED");
    }
}
