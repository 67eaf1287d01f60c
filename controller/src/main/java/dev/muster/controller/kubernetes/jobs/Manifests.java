package dev.muster.controller.kubernetes.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.controller.kubernetes.api.Api;
import dev.muster.controller.kubernetes.api.JobTemplate;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.api.TrainingJobSpec;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.Quantity;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TemplateSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TrainingJob object as a job and back. It becomes a job through the reader of job files, so that there is one set of
 * rules and one set of words.
 */
final class Manifests {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final List<String> MEMORY_UNITS = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi");

    private Manifests() {}

    static Reading<JobSpec> read(TrainingJob object) {
        ObjectNode file = JSON.createObjectNode();
        file.put("apiVersion", JobFile.API_VERSION);
        file.put("kind", JobFile.KIND);
        file.putObject("metadata")
                .put("name", object.getMetadata().getName())
                .put("namespace", object.getMetadata().getNamespace());
        file.set("spec", JSON.valueToTree(object.getSpec()));
        try {
            return JobFile.read(JSON.writeValueAsString(file));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The object for a job that came another way. */
    static TrainingJob mirror(JobRecord job) {
        TrainingJob object = new TrainingJob();
        object.setMetadata(new ObjectMetaBuilder()
                .withNamespace(job.key().namespace())
                .withName(job.key().name())
                .withLabels(Map.of(Api.SUBMITTED_BY_LABEL, "cli"))
                .withAnnotations(Map.of(Api.JOB_UID_ANNOTATION, job.uid()))
                .withFinalizers(Api.JOB_FINALIZER)
                .build());
        object.setSpec(spec(job.spec()));
        return object;
    }

    private static TrainingJobSpec spec(JobSpec job) {
        return new TrainingJobSpec(
                job.queue(),
                job.priority(),
                gang(job),
                topology(job),
                job.walltime().map(Quantity::text).orElse(null),
                job.preemptible(),
                Quantity.text(job.minRuntime()),
                job.checkpoint()
                        .map(checkpoint -> new TrainingJobSpec.Checkpoint(
                                checkpoint.directory(),
                                checkpoint.signal().orElse(null),
                                Quantity.text(checkpoint.grace())))
                        .orElse(null),
                new TrainingJobSpec.Restart(
                        job.restart().maxRestarts(),
                        new TrainingJobSpec.Fuse(
                                job.restart().fuse().failures(),
                                Quantity.text(job.restart().fuse().within())),
                        Quantity.text(job.restart().hangAfter()),
                        Quantity.text(job.restart().startWithin()),
                        optional(job.restart().isolationTimeout())),
                template(job.template()));
    }

    private static @Nullable String optional(Optional<Duration> duration) {
        return duration.map(Quantity::text).orElse(null);
    }

    private static TrainingJobSpec.Gang gang(JobSpec job) {
        ResourceVector perHost = job.gang().perHost();
        return new TrainingJobSpec.Gang(
                job.gang().hosts(),
                job.gang().minHosts(),
                new IntOrString(job.gang().spares()),
                new TrainingJobSpec.PerHost(
                        (int) perHost.amount(ResourceVector.ACCELERATORS),
                        job.gang().acceleratorType().orElse(null),
                        cpus(perHost.amount(ResourceVector.CPU_MILLIS)),
                        memory(perHost.amount(ResourceVector.MEMORY_BYTES))),
                job.gang().processes() == ProcessLayout.PER_HOST
                        ? TrainingJobSpec.Processes.PER_HOST
                        : TrainingJobSpec.Processes.PER_ACCELERATOR);
    }

    private static @Nullable IntOrString cpus(long millis) {
        if (millis == 0) {
            return null;
        }
        return new IntOrString(millis % 1_000 == 0 ? Long.toString(millis / 1_000) : millis + "m");
    }

    private static @Nullable IntOrString memory(long bytes) {
        if (bytes == 0) {
            return null;
        }
        long amount = bytes;
        int unit = 0;
        while (amount % 1_024 == 0 && unit < MEMORY_UNITS.size() - 1) {
            amount /= 1_024;
            unit++;
        }
        return new IntOrString(amount + MEMORY_UNITS.get(unit));
    }

    private static TrainingJobSpec.Topology topology(JobSpec job) {
        return new TrainingJobSpec.Topology(
                job.topology().required().orElse(null),
                job.topology().preferred().orElse(null),
                job.topology().slices().stream()
                        .map(slice -> new TrainingJobSpec.Slice(slice.size(), slice.within()))
                        .toList(),
                job.topology().spread() == Spread.BALANCED
                        ? TrainingJobSpec.Spread.BALANCED
                        : TrainingJobSpec.Spread.PACKED);
    }

    private static JobTemplate template(TemplateSpec template) {
        JobTemplate pod = pod(template.podJson().orElse("{}"));
        return new JobTemplate(
                template.image().orElse(null),
                template.command(),
                template.workingDirectory().orElse(null),
                template.env(),
                pod.volumes(),
                pod.volumeMounts(),
                pod.tolerations(),
                pod.securityContext(),
                pod.podSecurityContext(),
                pod.serviceAccountName(),
                pod.imagePullSecrets(),
                pod.imagePullPolicy());
    }

    private static JobTemplate pod(String json) {
        try {
            return JSON.readValue(json, JobTemplate.class);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("what the job passes on to its pod cannot be read", broken);
        }
    }
}
