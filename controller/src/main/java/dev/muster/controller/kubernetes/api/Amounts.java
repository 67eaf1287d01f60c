package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** Accelerators, cpus and memory, as a cluster file has them. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Amounts(
        @JsonPropertyDescription("Devices.") @Min(0) @Max(Integer.MAX_VALUE) @Nullable
        Integer accelerators,

        @JsonPropertyDescription("Cores: 96, \"0.5\" or 500m.") @Nullable
        IntOrString cpus,

        @JsonPropertyDescription("Bytes: 1500Gi, 1.5Ti or a number.") @Nullable
        IntOrString memory) {}
