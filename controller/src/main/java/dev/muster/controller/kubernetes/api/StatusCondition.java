package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of an object's state, in the form that Kubernetes' own objects have, so that {@code kubectl wait} works.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param lastTransitionTime when the status was last another one, RFC 3339
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StatusCondition(
        @Required @Size(max = Rules.NAME_LENGTH) String type,
        @Required @Size(max = 7) String status,
        @Required @Size(max = Rules.NAME_LENGTH) String reason,
        @Required @Size(max = 32_768) String message,
        @Required @Size(max = Rules.NAME_LENGTH) String lastTransitionTime,
        @Nullable Long observedGeneration) {}
