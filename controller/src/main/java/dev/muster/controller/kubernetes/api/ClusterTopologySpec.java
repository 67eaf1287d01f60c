package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fabric's levels, which nodes belong to Muster, and how they are shared. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterTopologySpec(
        @JsonPropertyDescription("Of the fabric, outermost first; below the last comes the node.")
        @Size(max = 8)
        @ValidationRule(
                value = "self.all(level, self.exists_one(other, other.name == level.name))",
                message = "give each level its own name")
        @Nullable
        List<Level> levels,

        @JsonPropertyDescription("Labels of the nodes that Muster may use; all nodes when not given.")
        @Size(max = 32)
        @Nullable
        Map<String, @Size(max = 63) String> nodeSelector,

        @JsonPropertyDescription("Taints that do not keep Muster away from a node, beside those of accelerators.")
        @Size(max = 64)
        @Nullable
        List<Toleration> tolerations,

        @JsonPropertyDescription("How the cluster is shared.") @Nullable
        Policy policy,

        @JsonPropertyDescription("Known windows, in which no job is planned.") @Size(max = 1_000) @Nullable
        List<Maintenance> maintenance) {

    /** A level and the node label that names the domain of a node. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Level(
            @Required
            @Rules.Name
            @ValidationRule(value = "self != 'host'", message = "hosts come below the last level by themselves")
            String name,

            @JsonPropertyDescription(
                    "Such as topology.kubernetes.io/zone; a well-known one for the name when not given.")
            @Pattern(Rules.LABEL_KEY)
            @Size(min = 1, max = Rules.LABEL_KEY_LENGTH)
            @Nullable
            String nodeLabel) {}

    /** A taint that is borne, as in a pod's tolerations. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Toleration(
            @JsonPropertyDescription("Any taint when not given.")
            @Pattern(Rules.LABEL_KEY)
            @Size(min = 1, max = Rules.LABEL_KEY_LENGTH)
            @Nullable
            String key,

            @Nullable Operator operator,
            @Size(max = 63) @Nullable String value,

            @JsonPropertyDescription("Every effect when not given.") @Nullable
            Effect effect) {}

    /** How a toleration's value is compared. */
    public enum Operator {
        Equal,
        Exists
    }

    /** What a taint does. */
    public enum Effect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }

    /** As {@code policy} in a cluster file. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Policy(
            @Nullable Boolean preemption,
            @Nullable Boolean consolidation,
            @Nullable Backfill backfill,
            @Nullable Boolean priorityAcrossQueues,

            @Rules.Time @ValidationRule(value = Rules.TEN_YEARS, message = Rules.OVER_TEN_YEARS) @Nullable
            String restartCost,

            @Nullable FairShare fairShare) {}

    /** Whether others may run around a job that is planned for later. */
    public enum Backfill {
        @JsonProperty("easy")
        EASY,
        @JsonProperty("none")
        NONE
    }

    /** How former use counts. */
    public record FairShare(
            @Required
            @Rules.Time
            @ValidationRule(value = Rules.POSITIVE, message = Rules.IS_ZERO)
            @ValidationRule(value = Rules.TEN_YEARS, message = Rules.OVER_TEN_YEARS)
            String halfLife) {}

    /** A window in which nothing is planned in a domain; an empty domain is the whole cluster. */
    @ValidationRule(value = "self.from < self.to", message = "to is not later than from")
    public record Maintenance(
            @Required @Size(max = 8) List<@Pattern(Rules.LABEL_VALUE) @Size(min = 1, max = 63) String> domain,

            @Required @Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$") @Size(max = 20)
            String from,

            @Required @Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$") @Size(max = 20)
            String to) {}
}
