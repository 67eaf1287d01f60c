package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the objects of a gang look like. */
class GangPlanTest {

    static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    static final OwnerReference OWNER = new OwnerReferenceBuilder()
            .withApiVersion("muster.dev/v1alpha1")
            .withKind("TrainingJob")
            .withName("llama")
            .withUid("owner-uid")
            .withController(true)
            .build();

    static JobRecord job(JobSpec spec) {
        return JobLifecycle.submitted("job-uid", "submission", spec, false, NOW).record();
    }

    static PlacementRecord placement(int attempt, int ranksPerHost, String... hosts) {
        List<HostAssignment> parts = new ArrayList<>();
        for (String host : hosts) {
            parts.add(new HostAssignment(
                    host, List.of("b1", "r1"), parts.size(), parts.size() * ranksPerHost, ranksPerHost));
        }
        return new PlacementRecord(
                "job-uid", attempt, parts, List.of(), hosts[0], 29_500, NOW, Optional.empty(), Optional.empty(), "");
    }

    private static List<Pod> pods(JobSpec spec, PlacementRecord placement) {
        GangPlan plan = new GangPlan(job(spec), placement, OWNER);
        return GangPlan.seats(placement).stream()
                .map(seat -> plan.pod(seat, "nvidia.com/gpu"))
                .toList();
    }

    private static Container container(Pod pod) {
        return pod.getSpec().getContainers().get(0);
    }

    private static Map<String, String> env(Pod pod) {
        return container(pod).getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    @Test
    void eachRankHasAPodThatKnowsItsPlace() {
        List<Pod> pods = pods(PodJobs.job("research", "llama", 2), placement(3, 2, "n1", "n2"));
        assertThat(pods)
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("llama-3-0", "llama-3-1", "llama-3-2", "llama-3-3");
        Pod third = pods.get(2);
        assertThat(third.getMetadata().getLabels())
                .containsEntry("muster.dev/job", "llama")
                .containsEntry("muster.dev/job-uid", "job-uid")
                .containsEntry("muster.dev/attempt", "3")
                .containsEntry("muster.dev/rank", "2")
                .containsEntry("muster.dev/host", "n2");
        assertThat(third.getMetadata().getOwnerReferences()).containsExactly(OWNER);
        assertThat(third.getSpec().getSubdomain()).isEqualTo("llama-3");
        assertThat(env(third))
                .containsEntry("RANK", "2")
                .containsEntry("WORLD_SIZE", "4")
                .containsEntry("MASTER_ADDR", "llama-3-0.llama-3.research.svc")
                .containsEntry("MASTER_PORT", "29500")
                .containsEntry("MUSTER_HOST", "n2")
                .containsEntry("MUSTER_TOPOLOGY", "b1/r1/n2")
                .containsEntry("MUSTER_PROGRESS_FILE", "/muster/progress/progress")
                .containsEntry("NCCL_DEBUG", "WARN")
                .doesNotContainKey("CUDA_VISIBLE_DEVICES");
    }

    @Test
    void aPodSeesOnlyItsOwnDeviceSoItsLocalRankIsTheOnlyOne() {
        assertThat(pods(PodJobs.job("research", "llama", 2), placement(1, 2, "n1", "n2")))
                .allSatisfy(pod -> assertThat(env(pod))
                        .containsEntry("LOCAL_RANK", "0")
                        .containsEntry("LOCAL_WORLD_SIZE", "1")
                        .containsEntry("NODE_RANK", env(pod).get("RANK"))
                        .containsEntry("NNODES", "4"));
    }

    @Test
    void thePodsOfAHostTogetherAskForExactlyWhatTheJobDoes() {
        for (int ranks = 1; ranks <= 16; ranks++) {
            for (long millis : List.of(1_000L, 96_001L, 7_777L)) {
                ResourceVector perHost = ResourceVector.of(ranks, millis, (1500L << 30) + 11);
                List<Pod> pods = pods(withPerHost(perHost), placement(1, ranks, "n1"));
                assertThat(sum(pods, "cpu")).isEqualByComparingTo(BigDecimal.valueOf(millis, 3));
                assertThat(sum(pods, "memory")).isEqualByComparingTo(BigDecimal.valueOf((1500L << 30) + 11));
                assertThat(sum(pods, "nvidia.com/gpu")).isEqualByComparingTo(BigDecimal.valueOf(ranks));
            }
        }
    }

    private static JobSpec withPerHost(ResourceVector perHost) {
        JobSpec spec = PodJobs.job("research", "llama", 1);
        return new JobSpec(
                spec.key(),
                spec.queue(),
                0,
                new GangSpec(1, 1, 0, perHost, Optional.empty(), ProcessLayout.PER_ACCELERATOR),
                spec.topology(),
                Optional.empty(),
                true,
                Duration.ZERO,
                Optional.empty(),
                spec.restart(),
                spec.template());
    }

    private static BigDecimal sum(List<Pod> pods, String resource) {
        return pods.stream()
                .map(pod -> container(pod).getResources().getRequests().get(resource))
                .map(Quantity::getNumericalAmount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void whatTheTemplateSaysOfPodsIsPassedThroughBesideWhatEveryPodHas() {
        String json = """
                {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "corpus"}}],
                 "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                 "tolerations": [{"key": "team", "operator": "Exists"}],
                 "securityContext": {"runAsNonRoot": true},
                 "podSecurityContext": {"fsGroup": 1000},
                 "serviceAccountName": "trainer",
                 "imagePullSecrets": [{"name": "registry"}],
                 "imagePullPolicy": "Always"}""";
        JobSpec spec = PodJobs.job("research", "llama", 1, "app:1", Optional.empty(), Optional.of(json));
        Pod pod = pods(spec, placement(1, 2, "n1")).get(0);
        assertThat(pod.getSpec().getVolumes())
                .extracting(volume -> volume.getName())
                .containsExactly("muster-progress", "data");
        assertThat(container(pod).getVolumeMounts())
                .extracting(mount -> mount.getMountPath())
                .containsExactly("/muster/progress", "/data");
        assertThat(pod.getSpec().getTolerations())
                .extracting(toleration -> toleration.getKey())
                .containsExactly("nvidia.com/gpu", "team");
        assertThat(container(pod).getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSpec().getSecurityContext().getFsGroup()).isEqualTo(1000);
        assertThat(pod.getSpec().getServiceAccountName()).isEqualTo("trainer");
        assertThat(pod.getSpec().getImagePullSecrets().get(0).getName()).isEqualTo("registry");
        assertThat(container(pod).getImagePullPolicy()).isEqualTo("Always");
    }

    @Test
    void aTemplateThatNoPodCanHaveIsRefusedInWordsForItsUser() {
        JobSpec wrong = PodJobs.job("research", "llama", 1, "app:1", Optional.empty(), Optional.of("{\"volumes\": 7}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pods(wrong, placement(1, 2, "n1")))
                .withMessageContaining("template.volumes is 7");
    }

    @Test
    void aPodThatSomebodyElseDeletesIsGivenTheTimeToSave() {
        CheckpointSpec saves = new CheckpointSpec("/ckpt", Optional.empty(), Duration.ofMinutes(2));
        JobSpec spec = PodJobs.job("research", "llama", 1, "app:1", Optional.of(saves), Optional.empty());
        assertThat(pods(spec, placement(1, 2, "n1")).get(0).getSpec().getTerminationGracePeriodSeconds())
                .isEqualTo(130);
    }

    @Test
    void longNamesAreCutAndStayDifferent() {
        String name = "a".repeat(62);
        String pod = PodNames.pod(name + "b", 12, 4095);
        assertThat(pod).hasSize(63).endsWith("-12-4095").isNotEqualTo(PodNames.pod(name + "c", 12, 4095));
        assertThat(PodNames.pod("llama", 1, 0)).isEqualTo("llama-1-0");
        assertThat(PodNames.service("3d-unet", 1)).isEqualTo("j3d-unet-1");
    }

    @Test
    void vendorsOfferTheirAcceleratorsByTheirOwnNames() {
        VendorTable vendors = VendorTable.load();
        assertThat(vendors.resource("nvidia-h100")).contains("nvidia.com/gpu");
        assertThat(vendors.resource("AMD-MI300X")).contains("amd.com/gpu");
        assertThat(vendors.resource("ascend-910b")).contains("huawei.com/Ascend910");
        assertThat(vendors.resource("ascend-310p")).contains("huawei.com/Ascend310P");
        assertThat(vendors.resource("abacus")).isEmpty();
    }
}
