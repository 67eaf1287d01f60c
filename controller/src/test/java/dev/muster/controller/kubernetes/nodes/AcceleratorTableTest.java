package dev.muster.controller.kubernetes.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceleratorTableTest {

    private final AcceleratorTable table = AcceleratorTable.builtIn();

    private String type(String resource, Map<String, String> labels) {
        return table.offer(Map.of(resource, 8L), labels)
                .flatMap(AcceleratorTable.Offer::type)
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "NVIDIA-H100-80GB-HBM3, nvidia-h100",
        "NVIDIA-A100-SXM4-80GB, nvidia-a100",
        "Tesla-V100-SXM2-16GB, nvidia-v100",
        "NVIDIA-GeForce-RTX-4090, nvidia-4090",
        "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb, nvidia-a100-mig-1g.5gb",
        "Tesla-T4-SHARED, nvidia-t4-shared",
    })
    void productsGetTheNamesThatJobFilesAndAgentsUse(String product, String type) {
        assertThat(type("nvidia.com/gpu", Map.of("nvidia.com/gpu.product", product)))
                .isEqualTo(type);
    }

    @Test
    void othersAreNamedByTheirOwnLabelsOrByTheResource() {
        assertThat(type("amd.com/gpu", Map.of("amd.com/gpu.product-name", "AMD_Instinct_MI300X_OAM")))
                .isEqualTo("amd-mi300x");
        assertThat(type("huawei.com/Ascend910", Map.of())).isEqualTo("ascend-910");
        assertThat(type("huawei.com/Ascend910", Map.of("node.kubernetes.io/npu.chip.name", "Ascend910B3")))
                .isEqualTo("ascend-910b3");
        assertThat(type("nvidia.com/gpu", Map.of())).isEmpty();
    }

    @Test
    void ofSeveralKindsOnOneNodeTheMostNumerousCounts() {
        AcceleratorTable.Offer offer = table.offer(
                        Map.of("nvidia.com/gpu", 2L, "amd.com/gpu", 4L, "cpu", 64_000L), Map.of())
                .orElseThrow();
        assertThat(offer.resource()).isEqualTo("amd.com/gpu");
        assertThat(offer.devices()).isEqualTo(4);
        assertThat(table.offer(Map.of("nvidia.com/gpu", 0L, "nvidia.com/mig-1g.5gb", 7L), Map.of()))
                .isEmpty();
    }
}
