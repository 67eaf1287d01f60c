package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code spec} of a job file. The rules are those of {@code scheduler.job}, said once more in the language of the API
 * server; a test holds the two together.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self == oldSelf",
        message = "a job is not changed once it is there; delete it and make another")
@ValidationRule(
        value = "!has(self.topology) || !has(self.topology.slices) || size(self.topology.slices) == 0"
                + " || self.gang.hosts % self.topology.slices[0].hosts == 0",
        message = "the outermost slice must divide the gang's hosts")
public record TrainingJobSpec(
        @JsonPropertyDescription("The queue whose share the job uses.") @Default("default") @Rules.Name @Nullable
        String queue,

        @JsonPropertyDescription("Higher first; 0 when not given.") @Min(-1_000_000) @Max(1_000_000) @Nullable
        Integer priority,

        @JsonPropertyDescription("The hosts that the job needs, all at once or not at all.") @Required
        Gang gang,

        @JsonPropertyDescription("How close together the hosts are.") @Nullable
        Topology topology,

        @JsonPropertyDescription("The longest that one attempt may run, such as 72h; lets other jobs plan around it.")
        @Rules.Time
        @ValidationRule(value = Rules.POSITIVE, message = Rules.IS_ZERO)
        @ValidationRule(value = Rules.TEN_YEARS, message = Rules.OVER_TEN_YEARS)
        @Nullable
        String walltime,

        @JsonPropertyDescription("Whether other jobs may take its hosts; true when not given.") @Nullable
        Boolean preemptible,

        @JsonPropertyDescription("How long an attempt is safe from preemption, such as 10m.")
        @Rules.Time
        @ValidationRule(value = Rules.TEN_YEARS, message = Rules.OVER_TEN_YEARS)
        @Nullable
        String minRuntime,

        @JsonPropertyDescription("Where the job saves its state and how it is asked to.") @Nullable
        Checkpoint checkpoint,

        @JsonPropertyDescription("How often and how fast the job is put back to work.") @Nullable
        Restart restart,

        @JsonPropertyDescription("The process that each rank runs.") @Required
        JobTemplate template) {

    /** How the ranks of a host are started. */
    public enum Processes {
        @JsonProperty("per-accelerator")
        PER_ACCELERATOR,
        @JsonProperty("per-host")
        PER_HOST
    }

    /** How the hosts of a gang are divided among domains. */
    public enum Spread {
        @JsonProperty("packed")
        PACKED,
        @JsonProperty("balanced")
        BALANCED
    }

    /** The hosts that a job needs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.minHosts) || self.minHosts <= self.hosts",
            message = "minHosts goes from 1 to the hosts")
    @ValidationRule(
            value = "!has(self.spares) || type(self.spares) != int || self.hosts + int(self.spares) <= 1048576",
            message = "hosts and spares are at most 1048576 together")
    @ValidationRule(
            value = "self.hosts * (has(self.processes) && self.processes == 'per-host'"
                    + " || !has(self.perHost.accelerators) || self.perHost.accelerators < 1"
                    + " ? 1 : self.perHost.accelerators) <= 16777216",
            message = "at most 16777216 ranks are allowed")
    public record Gang(
            @JsonPropertyDescription("Hosts in the gang, each a different one.") @Required @Min(1) @Max(1 << 20)
            Integer hosts,

            @JsonPropertyDescription("The least that an elastic gang can train with; the hosts when not given.")
            @Min(1)
            @Max(1 << 20)
            @Nullable
            Integer minHosts,

            @JsonPropertyDescription("Hosts held beside the gang to take the place of one that dies, or auto.")
            @Nullable
            IntOrString spares,

            @JsonPropertyDescription("What each host must give.")
            @Required
            @ValidationRule(
                    value = "(has(self.accelerators) && self.accelerators > 0)"
                            + " || (has(self.cpus) && string(self.cpus).matches('[1-9]'))"
                            + " || (has(self.memory) && string(self.memory).matches('[1-9]'))",
                    message = "asks for nothing; name accelerators, cpus or memory")
            @ValidationRule(
                    value = "!has(self.acceleratorType) || (has(self.accelerators) && self.accelerators > 0)",
                    message = "acceleratorType is given without accelerators; add accelerators or remove it")
            PerHost perHost,

            @JsonPropertyDescription("One process for each accelerator, or one for each host (torchrun and the like).")
            @Nullable
            Processes processes) {}

    /** What each host must give. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PerHost(
            @JsonPropertyDescription("Devices.") @Min(0) @Max(1_024) @Nullable
            Integer accelerators,

            @JsonPropertyDescription("Such as nvidia-h100; any when not given.")
            @Pattern(Rules.LABEL_VALUE)
            @Size(min = 1, max = Rules.NAME_LENGTH)
            @Nullable
            String acceleratorType,

            @JsonPropertyDescription("Cores: 96, \"0.5\" or 500m.") @Nullable
            IntOrString cpus,

            @JsonPropertyDescription("Bytes: 1500Gi, 1.5Ti or a number.")
            @ValidationRule(
                    value = "double(int(quantity(string(self)).asApproximateFloat()))"
                            + " == quantity(string(self)).asApproximateFloat()",
                    message = "is no whole number of bytes; use a smaller unit")
            @Nullable
            IntOrString memory) {}

    /** How close together the hosts are. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Topology(
            @JsonPropertyDescription("The gang never leaves one domain of this level.") @Rules.Name @Nullable
            String required,

            @JsonPropertyDescription("The gang uses the fewest domains of this level.") @Rules.Name @Nullable
            String preferred,

            @JsonPropertyDescription("Runs of consecutive hosts that never leave one domain; outermost first.")
            @Size(max = 8)
            @ValidationRule(
                    value = "[1, 2, 3, 4, 5, 6, 7].all(i, i >= size(self) || self[i - 1].hosts % self[i].hosts == 0)",
                    message = "each slice must divide the slice around it")
            @Nullable
            List<Slice> slices,

            @Nullable Spread spread) {}

    /** A run of hosts that stay together. */
    public record Slice(
            @Required @Min(1) @Max(1 << 20) Integer hosts,

            @Required @Rules.Name String within) {}

    /** Where a job saves its state and how it is asked to. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Checkpoint(
            @JsonPropertyDescription("The same on every host.")
            @Required
            @Rules.Line
            @ValidationRule(value = Rules.NOT_BLANK, message = Rules.IS_BLANK)
            String directory,

            @JsonPropertyDescription("Sent before a planned stop, to ask for a checkpoint.")
            @Pattern("^SIG(USR1|USR2|TERM|INT|HUP|QUIT|ALRM|CONT)$")
            @Size(max = 8)
            @Nullable
            String signal,

            @JsonPropertyDescription("How long a planned stop waits for that checkpoint; 30s when not given.")
            @Rules.Time
            @ValidationRule(value = Rules.ONE_DAY, message = Rules.OVER_ONE_DAY)
            @Nullable
            String grace) {}

    /** How often and how fast a job is put back to work. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Restart(
            @JsonPropertyDescription(
                    "Failures of its own program after which the job has failed; lost hosts do not count.")
            @Min(0)
            @Max(1_000_000)
            @Nullable
            Integer maxRestarts,

            @JsonPropertyDescription("Stops a crash loop before the budget is spent.") @Nullable
            Fuse fuse,

            @JsonPropertyDescription("The least silence of the progress file that counts as a hang.")
            @Rules.Time
            @ValidationRule(value = Rules.POSITIVE, message = Rules.IS_ZERO)
            @ValidationRule(value = Rules.TEN_YEARS, message = Rules.OVER_TEN_YEARS)
            @Nullable
            String hangAfter,

            @JsonPropertyDescription("How long after a gang was placed every rank must run.")
            @Rules.Time
            @ValidationRule(value = Rules.POSITIVE, message = Rules.IS_ZERO)
            @ValidationRule(value = Rules.TEN_YEARS, message = Rules.OVER_TEN_YEARS)
            @Nullable
            String startWithin,

            @JsonPropertyDescription("Outside Kubernetes only: how long ranks that are cut off go on.")
            @Rules.Time
            @ValidationRule(value = Rules.POSITIVE, message = Rules.IS_ZERO)
            @ValidationRule(value = Rules.ONE_DAY, message = Rules.OVER_ONE_DAY)
            @Nullable
            String isolationTimeout) {}

    /** So many failures within so long without a newer checkpoint are the end. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Fuse(
            @Min(1) @Max(1_000_000) @Nullable Integer failures,

            @Rules.Time
            @ValidationRule(value = Rules.POSITIVE, message = Rules.IS_ZERO)
            @ValidationRule(value = Rules.TEN_YEARS, message = Rules.OVER_TEN_YEARS)
            @Nullable
            String within) {}
}
