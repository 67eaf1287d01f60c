package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TemplateSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The objects of one attempt: a headless service, so that rank 0 has a name before it has an address, and one pod a rank.
 *
 * <p>Pods are made when they are asked for, since a large gang's would be megabytes. They run no program of Muster's, and
 * what they request is what they are limited to, so the kubelet treats them as guaranteed.
 */
final class GangPlan {

    static final String SCHEDULER = "muster";
    static final String CONTAINER = "rank";
    private static final String PROGRESS_VOLUME = "muster-progress";
    private static final String PROGRESS_DIRECTORY = "/muster/progress";
    /** When somebody else deletes a pod, and the job says no grace of its own. */
    private static final Duration USUAL_GRACE = Duration.ofSeconds(30);
    /** Between a checkpoint and the end. */
    private static final Duration AFTER_CHECKPOINT = Duration.ofSeconds(10);

    private final JobRecord job;
    private final PlacementRecord placement;
    private final OwnerReference owner;
    private final PodFields fields;

    GangPlan(JobRecord job, PlacementRecord placement, OwnerReference owner) {
        this.job = job;
        this.placement = placement;
        this.owner = owner;
        this.fields = PodFields.of(job.spec().template());
    }

    /** One rank and where it runs. */
    record Seat(int rank, int localRank, HostAssignment part) {}

    /** Every rank of an attempt, in order. */
    static List<Seat> seats(PlacementRecord placement) {
        return placement.hosts().stream()
                .flatMap(part -> IntStream.range(0, part.ranks())
                        .mapToObj(local -> new Seat(part.firstRank() + local, local, part)))
                .toList();
    }

    Service service() {
        return new ServiceBuilder()
                .withMetadata(
                        metadata(PodNames.service(name(), placement.attempt())).build())
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(
                        Map.of(PodLabels.JOB_UID, job.uid(), PodLabels.ATTEMPT, Integer.toString(placement.attempt())))
                .addNewPort()
                .withName("master")
                .withPort(placement.masterPort())
                .endPort()
                .endSpec()
                .build();
    }

    /**
     * Throws {@link IllegalArgumentException}, in words for the job's user, for a template that no pod can be made of.
     *
     * @param acceleratorResource what the host's device plugin offers
     */
    Pod pod(Seat seat, String acceleratorResource) {
        String podName = PodNames.pod(name(), placement.attempt(), seat.rank());
        ObjectMeta metadata = metadata(podName)
                .addToLabels(PodLabels.RANK, Integer.toString(seat.rank()))
                .addToLabels(PodLabels.HOST, PodNames.label(seat.part().host()))
                .addToAnnotations(PodLabels.HOST, seat.part().host())
                .build();
        PodSpecBuilder spec = new PodSpecBuilder()
                .withSchedulerName(SCHEDULER)
                .withRestartPolicy("Never")
                .withEnableServiceLinks(false)
                .withHostname(podName)
                .withSubdomain(PodNames.service(name(), placement.attempt()))
                .withTerminationGracePeriodSeconds(graceSeconds())
                .addNewVolume()
                .withName(PROGRESS_VOLUME)
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume();
        if (accelerators(seat) > 0) {
            spec.addToTolerations(new TolerationBuilder()
                    .withKey(acceleratorResource)
                    .withOperator("Exists")
                    .withEffect("NoSchedule")
                    .build());
        }
        fields.applyTo(spec);
        spec.addToContainers(container(seat, acceleratorResource));
        return new PodBuilder().withMetadata(metadata).withSpec(spec.build()).build();
    }

    private Container container(Seat seat, String acceleratorResource) {
        TemplateSpec template = job.spec().template();
        Map<String, Quantity> resources = resources(seat, acceleratorResource);
        ContainerBuilder container = new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(template.image()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "template.image is not set; on Kubernetes a job needs one")))
                .withCommand(template.command())
                .withEnv(variables(seat))
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withNewResources()
                .withRequests(resources)
                .withLimits(resources)
                .endResources()
                .addNewVolumeMount()
                .withName(PROGRESS_VOLUME)
                .withMountPath(PROGRESS_DIRECTORY)
                .endVolumeMount();
        template.workingDirectory().ifPresent(container::withWorkingDir);
        fields.applyTo(container);
        return container.build();
    }

    /** The pods of a host together get exactly what the job asked for a host. */
    private Map<String, Quantity> resources(Seat seat, String acceleratorResource) {
        ResourceVector perHost = job.spec().gang().perHost();
        int pods = seat.part().ranks();
        Map<String, Quantity> amounts = new TreeMap<>();
        long cpuMillis = Shares.share(perHost.amount(ResourceVector.CPU_MILLIS), pods, seat.localRank());
        long memoryBytes = Shares.share(perHost.amount(ResourceVector.MEMORY_BYTES), pods, seat.localRank());
        put(amounts, "cpu", cpuMillis, "m");
        put(amounts, "memory", memoryBytes, "");
        put(amounts, acceleratorResource, accelerators(seat), "");
        return amounts;
    }

    private static void put(Map<String, Quantity> amounts, String resource, long amount, String unit) {
        if (amount > 0) {
            amounts.put(resource, new Quantity(Long.toString(amount), unit));
        }
    }

    private long accelerators(Seat seat) {
        long all = job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
        return job.spec().gang().processes() == ProcessLayout.PER_HOST
                ? all
                : Shares.share(all, seat.part().ranks(), seat.localRank());
    }

    /**
     * To the program inside, each pod is a node of its own: it sees only its own devices, as number 0 and up, and its own
     * files. A local rank counted over the pods of a host would name devices that this pod does not have.
     */
    private List<EnvVar> variables(Seat seat) {
        Map<String, String> variables = new TreeMap<>(job.spec().template().env());
        String worldSize = Integer.toString(placement.worldSize());
        variables.put("RANK", Integer.toString(seat.rank()));
        variables.put("LOCAL_RANK", "0");
        variables.put("WORLD_SIZE", worldSize);
        variables.put("LOCAL_WORLD_SIZE", "1");
        variables.put("NODE_RANK", Integer.toString(seat.rank()));
        variables.put("NNODES", worldSize);
        variables.put("MASTER_ADDR", masterAddress());
        variables.put("MASTER_PORT", Integer.toString(placement.masterPort()));
        variables.put("MUSTER_JOB", name());
        variables.put("MUSTER_NAMESPACE", job.key().namespace());
        variables.put("MUSTER_ATTEMPT", Integer.toString(placement.attempt()));
        variables.put("MUSTER_HOST", seat.part().host());
        variables.put("MUSTER_TOPOLOGY", topology(seat.part()));
        variables.put(
                "MUSTER_CHECKPOINT_DIR",
                job.spec().checkpoint().map(CheckpointSpec::directory).orElse(""));
        variables.put("MUSTER_PROGRESS_FILE", PROGRESS_DIRECTORY + "/progress");
        return variables.entrySet().stream()
                .map(variable -> new EnvVar(variable.getKey(), variable.getValue(), null))
                .toList();
    }

    private String masterAddress() {
        return PodNames.pod(name(), placement.attempt(), 0) + "." + PodNames.service(name(), placement.attempt()) + "."
                + job.key().namespace() + ".svc";
    }

    private static String topology(HostAssignment part) {
        return String.join("/", part.path()) + (part.path().isEmpty() ? "" : "/") + part.host();
    }

    /** How long a pod that somebody else deletes may save what it has; our own deletions say how long. */
    private long graceSeconds() {
        Optional<Duration> toSave =
                job.spec().checkpoint().map(spec -> spec.grace().plus(AFTER_CHECKPOINT));
        return toSave.filter(grace -> grace.compareTo(USUAL_GRACE) > 0)
                .orElse(USUAL_GRACE)
                .toSeconds();
    }

    private ObjectMetaBuilder metadata(String objectName) {
        return new ObjectMetaBuilder()
                .withName(objectName)
                .withNamespace(job.key().namespace())
                .withOwnerReferences(owner)
                .addToLabels(PodLabels.JOB, PodNames.label(name()))
                .addToLabels(PodLabels.JOB_UID, job.uid())
                .addToLabels(PodLabels.ATTEMPT, Integer.toString(placement.attempt()));
    }

    private String name() {
        return job.key().name();
    }
}
