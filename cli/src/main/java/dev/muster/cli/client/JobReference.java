package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;
import dev.muster.proto.v1.JobRequest;
import dev.muster.scheduler.job.Names;

/** The job a command is about, as named on the command line. */
public record JobReference(String namespace, String name) {

    /** Reads {@code NAME} or {@code NAMESPACE/NAME}. A strange name is refused here: no job can have it. */
    public static JobReference parse(String text, String defaultNamespace) {
        int slash = text.indexOf('/');
        String namespace = slash < 0 ? defaultNamespace : text.substring(0, slash);
        String name = text.substring(slash + 1);
        requireName("job name", name);
        requireName("namespace", namespace);
        return new JobReference(namespace, name);
    }

    private static void requireName(String what, String name) {
        Names.problemOfName(name).ifPresent(problem -> {
            throw CommandFailure.usage("the " + what + " " + problem);
        });
    }

    public JobRequest request() {
        return JobRequest.newBuilder().setNamespace(namespace).setName(name).build();
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
