package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Muster makes of a queue. The condition {@code Accepted} says whether the cluster is shared by it as it stands. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QueueStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("Held by its running jobs.") @Nullable
        Amounts used,

        @JsonPropertyDescription("Held beyond what is guaranteed.") @Nullable
        Amounts borrowed,

        @JsonPropertyDescription("Jobs.") @Nullable Integer running,
        @JsonPropertyDescription("Jobs.") @Nullable Integer pending,
        @Size(max = 16) @Nullable List<StatusCondition> conditions) {}
