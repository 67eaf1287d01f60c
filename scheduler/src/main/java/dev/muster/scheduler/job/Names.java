package dev.muster.scheduler.job;

import dev.muster.scheduler.document.Quoted;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which names are well formed, and which are taken. */
public final class Names {

    /** What the contract sets in the environment of each process; a job cannot replace it. */
    public static final SortedSet<String> CONTRACT_VARIABLES = Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(
            "RANK",
            "LOCAL_RANK",
            "WORLD_SIZE",
            "LOCAL_WORLD_SIZE",
            "NODE_RANK",
            "NNODES",
            "MASTER_ADDR",
            "MASTER_PORT",
            "CUDA_VISIBLE_DEVICES",
            "ASCEND_RT_VISIBLE_DEVICES",
            "ROCR_VISIBLE_DEVICES")));

    /** Every name that begins like this belongs to the contract too. */
    public static final String CONTRACT_PREFIX = "MUSTER_";

    /** Signals that a process can catch, by name. */
    public static final SortedSet<String> SIGNALS = Collections.unmodifiableSortedSet(new TreeSet<>(
            Set.of("SIGUSR1", "SIGUSR2", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGCONT")));

    private static final int MAX_HOST_NAME_LENGTH = 253;
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final Pattern DNS_SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private Names() {}

    /** What is wrong with a name of a job, namespace, queue, level or domain; empty when nothing is. */
    public static Optional<String> problemOfName(String name) {
        return problem(name, DNS_LABEL, "use small letters, digits and inner hyphens");
    }

    /** What is wrong with the name of a host; empty when nothing is. */
    public static Optional<String> problemOfHost(String name) {
        if (name.isEmpty() || name.length() > MAX_HOST_NAME_LENGTH) {
            return Optional.of(
                    "is " + Quoted.text(name) + "; a host name has 1 to " + MAX_HOST_NAME_LENGTH + " characters");
        }
        return LABEL_VALUE.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "is " + Quoted.text(name) + "; use letters, digits and inner hyphens, dots and underscores");
    }

    /** What is wrong with the name of an object of Kubernetes, such as a Secret; empty when nothing is. */
    static Optional<String> problemOfObject(String name) {
        return !name.isEmpty()
                        && name.length() <= MAX_HOST_NAME_LENGTH
                        && DNS_SUBDOMAIN.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("is " + Quoted.text(name) + "; use small letters, digits, inner hyphens and dots");
    }

    /** What is wrong with a free label such as an accelerator type; empty when nothing is. */
    public static Optional<String> problemOfLabel(String label) {
        return problem(label, LABEL_VALUE, "use letters, digits and inner hyphens, dots and underscores");
    }

    private static Optional<String> problem(String name, Pattern pattern, String advice) {
        if (name.isEmpty() || name.length() > JobLimits.MAX_NAME_LENGTH) {
            return Optional.of(
                    "is " + Quoted.text(name) + "; a name has 1 to " + JobLimits.MAX_NAME_LENGTH + " characters");
        }
        return pattern.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("is " + Quoted.text(name) + "; " + advice);
    }

    /** What is wrong with an entry of a job's environment; empty when nothing is. */
    public static Optional<String> problemOfVariable(Map.Entry<String, String> variable) {
        String name = variable.getKey();
        if (name.length() > JobLimits.MAX_ARGUMENT_BYTES
                || !VARIABLE.matcher(name).matches()) {
            return Optional.of("is no name of an environment variable; use letters, digits and underscores");
        }
        if (CONTRACT_VARIABLES.contains(name) || name.startsWith(CONTRACT_PREFIX)) {
            return Optional.of("is set by Muster for each process; remove it");
        }
        return variable.getValue().indexOf('\0') >= 0
                ? Optional.of("has a NUL character in its value; remove it")
                : Optional.empty();
    }
}
