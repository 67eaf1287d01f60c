package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Muster sees. The condition {@code Accepted} says whether it works by the spec as it stands. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterTopologyStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("Their names, outermost first.") @Nullable
        String levels,

        @JsonPropertyDescription("By level: how many domains there are.") @Size(max = 8) @Nullable
        Map<String, Integer> domains,

        @JsonPropertyDescription("Nodes that belong to Muster.") @Nullable
        Integer nodes,

        @JsonPropertyDescription("Those of them that lack a level's label.") @Nullable
        Integer unlabelledNodes,

        @JsonPropertyDescription("The first few of them, by name.") @Size(max = 32) @Nullable
        List<String> unlabelled,

        @Size(max = 16) @Nullable List<StatusCondition> conditions) {}
