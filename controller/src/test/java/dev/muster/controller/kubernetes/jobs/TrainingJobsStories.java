package dev.muster.controller.kubernetes.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.api.StatusCondition;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.Definitions;
import dev.muster.controller.kubernetes.testing.FaultyProxy;
import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.JobView;
import dev.muster.scheduler.job.JobKey;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** TrainingJobs on a real API server over the real core: what the stories have in common. */
@ExtendWith(ApiServer.class)
abstract class TrainingJobsStories {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final WorkQueue.Pace PACE =
            new WorkQueue.Pace(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(500));

    final ApiServerProcess server;
    final KubernetesClient user;
    final KubernetesClient ours;
    final FaultyProxy proxy;
    String namespace = "";
    RealCore core = new RealCore();
    TrainingJobs adapter;

    TrainingJobsStories(ApiServerProcess server) {
        this.server = server;
        user = server.client();
        proxy = FaultyProxy.before(server);
        ours = client(server.config(proxy.url()));
        adapter = adapter();
    }

    static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout(5_000)
                        .build())
                .build();
    }

    TrainingJobs adapter() {
        return new TrainingJobs(
                new TrainingJobs.Ports(
                        ours,
                        core.core.jobs(),
                        core.changes,
                        () -> true,
                        RealCore.LEVELS,
                        RealCore.CLOCK,
                        System::nanoTime,
                        new Random(7)),
                PACE,
                Duration.ofSeconds(2));
    }

    @BeforeEach
    void begin() {
        Definitions.install(user);
        namespace = ApiServer.freshNamespace(user);
        adapter.start();
    }

    @AfterEach
    void end() {
        adapter.close();
        core.close();
        proxy.close();
        for (TrainingJob left :
                user.resources(TrainingJob.class).inAnyNamespace().list().getItems()) {
            user.resource(left).edit(job -> {
                job.getMetadata().setFinalizers(List.of());
                return job;
            });
            user.resource(left).delete();
        }
        ours.close();
        user.close();
    }

    // ---- the words of the stories

    TrainingJob file(String name, int hosts) {
        return Serialization.unmarshal("""
                apiVersion: muster.dev/v1alpha1
                kind: TrainingJob
                metadata: {name: %s, namespace: %s}
                spec:
                  gang: {hosts: %d, perHost: {accelerators: 8}, processes: per-host}
                  template: {command: [train]}
                """.formatted(name, namespace, hosts), TrainingJob.class);
    }

    TrainingJob apply(TrainingJob job) {
        return user.resource(job).create();
    }

    Resource<TrainingJob> object(String name) {
        return user.resources(TrainingJob.class).inNamespace(namespace).withName(name);
    }

    JobKey key(String name) {
        return new JobKey(namespace, name);
    }

    Optional<TrainingJobStatus> status(String name) {
        return Optional.ofNullable(object(name).get()).flatMap(job -> Optional.ofNullable(job.getStatus()));
    }

    TrainingJobStatus awaitStatus(String name, Predicate<TrainingJobStatus> wanted) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status(name))
                        .matches(status -> status.filter(wanted).isPresent()));
        return status(name).orElseThrow();
    }

    TrainingJobStatus awaitState(String name, JobState state) {
        return awaitStatus(name, status -> state.name().equals(status.state()));
    }

    void awaitGone(String name) {
        await().atMost(PATIENCE).until(() -> object(name).get() == null);
    }

    Optional<JobView> inCore(String name) {
        try {
            return Optional.of(core.core.jobs().get(key(name)).join());
        } catch (CompletionException notFound) {
            return Optional.empty();
        }
    }

    void awaitCore(String name, JobState state) {
        await().atMost(PATIENCE)
                .until(() -> inCore(name)
                        .map(view -> JobState.of(view.record().status()))
                        .filter(state::equals)
                        .isPresent());
    }

    void annotate(String name, Map<String, String> annotations) {
        object(name).edit(job -> {
            job.getMetadata().setAnnotations(annotations);
            return job;
        });
    }

    List<Event> events(String reason) {
        return user.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .toList();
    }

    static String condition(TrainingJobStatus status, String type) {
        List<StatusCondition> conditions =
                Optional.ofNullable(status.conditions()).orElse(List.of());
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .map(condition -> condition.status() + " " + condition.reason())
                .findFirst()
                .orElse("");
    }
}
