package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** An entry of {@code queues} in a cluster file, without its name. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.guaranteed) || !has(self.max) || !has(self.guaranteed.accelerators)"
                + " || !has(self.max.accelerators) || self.guaranteed.accelerators <= self.max.accelerators",
        message = "guaranteed has more accelerators than max allows")
public record QueueSpec(
        @JsonPropertyDescription("The queue around it.") @Default("root") @Rules.Name @Nullable
        String parent,

        @JsonPropertyDescription("What it can always get back.") @Nullable
        Amounts guaranteed,

        @JsonPropertyDescription("What it never exceeds; what is not named has no limit.") @Nullable
        Amounts max,

        @JsonPropertyDescription("Its part of what is left over, against its siblings; 1 when not given.")
        @Min(1)
        @Max(1_000_000)
        @Nullable
        Integer weight,

        @JsonPropertyDescription("Whether it may take back what others borrowed; true when not given.") @Nullable
        Boolean reclaim) {}
