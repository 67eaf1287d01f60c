package dev.muster.controller.kubernetes.nodes;

import static dev.muster.controller.kubernetes.nodes.Pods.container;
import static dev.muster.controller.kubernetes.nodes.Pods.ended;
import static dev.muster.controller.kubernetes.nodes.Pods.pod;
import static dev.muster.controller.kubernetes.nodes.Pods.sidecar;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What pods of others hold on a node, as Kubernetes counts it. */
class OthersUseTest {

    private final OthersUse others = new OthersUse();

    @Test
    void containersAddUpAndTheOverheadOfTheRuntimeComesOnTop() {
        Pod pod = new PodBuilder(pod(
                        "a",
                        "n1",
                        container("x", Map.of("cpu", "1500m", "memory", "1Gi")),
                        container("y", Map.of("cpu", "2", "nvidia.com/gpu", "1"))))
                .editSpec()
                .addToOverhead("cpu", new Quantity("250m"))
                .endSpec()
                .build();
        assertThat(others.put(pod)).containsExactly("n1");
        assertThat(others.on("n1"))
                .containsEntry("cpu", 3_750L)
                .containsEntry("memory", 1L << 30)
                .containsEntry("nvidia.com/gpu", 1L);
    }

    @Test
    void anInitContainerCountsWhereItNeedsMoreThanAllThatComesAfterIt() {
        Pod small = new PodBuilder(pod("a", "n1", container("main", Map.of("cpu", "2"))))
                .editSpec()
                .addToInitContainers(container("fetch", Map.of("cpu", "1", "memory", "4Gi")))
                .endSpec()
                .build();
        assertThat(PodRequests.of(small)).containsEntry("cpu", 2_000L).containsEntry("memory", 4L << 30);
    }

    /** A sidecar runs beside what starts after it and beside the pod's containers, not beside what has ended before it began. */
    @Test
    void sidecarsCountWithTheContainersAndWithTheInitContainersAfterThem() {
        Pod pod = new PodBuilder(pod("a", "n1", container("main", Map.of("cpu", "2"))))
                .editSpec()
                .addToInitContainers(
                        container("before", Map.of("cpu", "4")),
                        sidecar("proxy", Map.of("cpu", "1")),
                        container("after", Map.of("cpu", "3500m")))
                .endSpec()
                .build();
        assertThat(PodRequests.of(pod)).containsEntry("cpu", 4_500L);
        Pod withoutAfter = new PodBuilder(pod)
                .editSpec()
                .removeMatchingFromInitContainers(init -> init.getName().equals("after"))
                .endSpec()
                .build();
        assertThat(PodRequests.of(withoutAfter)).containsEntry("cpu", 4_000L);
    }

    @Test
    void whatIsAskedForThePodAsAWholeReplacesTheSum() {
        Pod pod = new PodBuilder(pod("a", "n1", container("main", Map.of("cpu", "2", "memory", "1Gi"))))
                .editSpec()
                .withNewResources()
                .addToRequests("cpu", new Quantity("5"))
                .endResources()
                .endSpec()
                .build();
        assertThat(PodRequests.of(pod)).containsEntry("cpu", 5_000L).containsEntry("memory", 1L << 30);
    }

    @Test
    void aContainerThatIsToShrinkInPlaceHoldsWhatItHasUntilItHasShrunk() {
        Pod pod = new PodBuilder(pod("a", "n1", container("main", Map.of("cpu", "1"))))
                .editStatus()
                .addNewContainerStatus()
                .withName("main")
                .addToAllocatedResources("cpu", new Quantity("4"))
                .endContainerStatus()
                .endStatus()
                .build();
        assertThat(PodRequests.of(pod)).containsEntry("cpu", 4_000L);
    }

    @Test
    void podsThatHaveEndedOrAreNotBoundOrAreOursHoldNothing() {
        Pod running = pod("a", "n1", container("main", Map.of("cpu", "1")));
        others.put(running);
        assertThat(others.put(ended(running))).containsExactly("n1");
        Pod ours = new PodBuilder(running)
                .editMetadata()
                .addToLabels(OthersUse.OWN_LABEL, "uid")
                .endMetadata()
                .build();
        assertThat(others.put(ours)).isEmpty();
        assertThat(others.put(pod("b", "", container("main", Map.of("cpu", "1")))))
                .isEmpty();
        assertThat(others.on("n1")).isEmpty();
        assertThat(others.podsOn("n1")).isZero();
    }

    @Test
    void anEventThatComesTwiceIsNoNews() {
        Pod pod = pod("a", "n1", container("main", Map.of("cpu", "1")));
        others.put(pod);
        assertThat(others.put(pod)).isEmpty();
        assertThat(others.remove(pod)).containsExactly("n1");
        assertThat(others.remove(pod)).isEmpty();
    }

    /** Whatever comes in whatever order: the sums are those of a fresh count, so that nothing is given away that others hold. */
    @Test
    void sumsAreAlwaysThoseOfAFreshCount() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            OthersUse kept = new OthersUse();
            Map<String, Pod> present = new HashMap<>();
            for (int event = 0; event < 100; event++) {
                String name = "p" + random.nextInt(12);
                Pod next = pod(
                        name,
                        "n" + random.nextInt(3),
                        container(
                                "main",
                                Map.of("cpu", random.nextInt(4_000) + "m", "memory", random.nextInt(9) + "Mi")));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        kept.remove(next);
                        present.remove(name);
                    }
                    case 1 -> {
                        kept.put(ended(next));
                        present.remove(name);
                    }
                    default -> {
                        kept.put(next);
                        present.put(name, next);
                    }
                }
            }
            OthersUse fresh = new OthersUse();
            present.values().forEach(fresh::put);
            for (String node : new String[] {"n0", "n1", "n2"}) {
                assertThat(positive(kept.on(node))).as("seed %d", seed).isEqualTo(positive(fresh.on(node)));
                assertThat(kept.podsOn(node)).isEqualTo(fresh.podsOn(node));
            }
        }
    }

    private static Map<String, Long> positive(Map<String, Long> amounts) {
        Map<String, Long> positive = new HashMap<>(amounts);
        positive.values().removeIf(amount -> amount == 0);
        return positive;
    }
}
