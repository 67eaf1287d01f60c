package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of a job, written by Muster alone. Times are RFC 3339. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingJobStatus(
        @JsonPropertyDescription("As muster list shows it.") @Nullable
        String state,

        @JsonPropertyDescription("Muster's own name for this job.") @Nullable
        String jobUid,

        @JsonPropertyDescription("The number of the latest attempt; 0 before the first.") @Nullable
        Integer attempt,

        @JsonPropertyDescription("Hosts that it has, or wants while it has none.") @Nullable
        Integer hosts,

        @JsonPropertyDescription("Why it waits, what it does now, or how it ended.") @Nullable
        String reason,

        @Nullable Long observedGeneration,
        @Nullable String submittedAt,

        @JsonPropertyDescription("When the first attempt was placed.") @Nullable
        String startedAt,

        @Nullable String endedAt,
        @Nullable Placement placement,
        @Nullable Progress progress,

        @JsonPropertyDescription("The part of the allocated time that advanced the training, from 0 to 1.") @Nullable
        Double ettr,

        @JsonPropertyDescription("Failures so far, of its program and of its hosts.") @Nullable
        Integer restarts,

        @JsonPropertyDescription("Whether it is held through its annotation, whose removal releases it.") @Nullable
        Boolean held,

        @JsonPropertyDescription("The latest line of its history that is known as an event.") @Nullable
        Long lastEvent,

        @Size(max = 16) @Nullable List<StatusCondition> conditions) {

    /** Where the present attempt is. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Placement(
            @JsonPropertyDescription("By level: the domains that its hosts are in.") @Size(max = 8) @Nullable
            Map<String, Domains> domains,

            @JsonPropertyDescription("The host of rank 0.") @Nullable
            String firstHost,

            @Nullable String lastHost,
            @Nullable Integer spares) {}

    /** The domains of one level; of many, only the first few by name. */
    public record Domains(int count, @Size(max = 8) List<String> names) {}

    /** What the ranks last said about their training. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Progress(
            @Nullable Long step,
            @Nullable Long totalSteps,

            @JsonPropertyDescription("The step of the newest checkpoint.") @Nullable
            Long checkpoint,

            @Nullable Double loss) {}
}
