package dev.muster.scheduler.job;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The process each rank runs.
 *
 * @param image the container image; Kubernetes only
 * @param command the program and its arguments; no shell is involved
 * @param workingDirectory in a job file absolute or relative to that file, and the client makes it absolute before it
 *     submits; empty: a fresh directory of the attempt
 * @param env added to the environment; the names of the contract (RANK and so on) cannot be replaced
 * @param podJson Kubernetes only: a JSON object of what is passed on to the pod as it stands, with those members that were
 *     given: {@code volumes}, {@code volumeMounts}, {@code tolerations}, {@code securityContext} (the container's), {@code
 *     podSecurityContext}, {@code serviceAccountName}, {@code imagePullSecrets}, {@code imagePullPolicy}
 */
public record TemplateSpec(
        Optional<String> image,
        List<String> command,
        Optional<String> workingDirectory,
        SortedMap<String, String> env,
        Optional<String> podJson) {

    public TemplateSpec {
        command = List.copyOf(command);
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    }

    public static TemplateSpec ofCommand(List<String> command, Map<String, String> env) {
        return new TemplateSpec(Optional.empty(), command, Optional.empty(), new TreeMap<>(env), Optional.empty());
    }
}
