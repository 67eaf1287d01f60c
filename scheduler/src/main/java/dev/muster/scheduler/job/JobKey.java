package dev.muster.scheduler.job;

/** How people name a job: unique among the jobs that have not ended. */
public record JobKey(String namespace, String name) implements Comparable<JobKey> {

    public static final String DEFAULT_NAMESPACE = "default";

    @Override
    public int compareTo(JobKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** {@code namespace/name}. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
