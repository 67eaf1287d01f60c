package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.InputFile;
import dev.muster.cli.client.JobFiles;
import dev.muster.cli.client.JobFollower;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.client.JobSpecMessages;
import dev.muster.cli.client.Pause;
import dev.muster.cli.client.Submission;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.DryRunRendering;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.JobProgress;
import dev.muster.cli.output.JobRendering;
import dev.muster.cli.output.OutputFormat;
import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.DryRunRequest;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.JobValidator;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.Violation;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster submit FILE}. */
final class SubmitCommand extends ControllerCommand {

    @Parameters(paramLabel = "FILE", description = "the job file; - reads standard input")
    private String file = "";

    @Option(names = "--name", paramLabel = "NAME", description = "in place of the file's name")
    private @Nullable String name;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "in place of the file's queue")
    private @Nullable String queue;

    @Option(
            names = {"-f", "--follow"},
            description = "tell what happens until the job ends; exit 1 unless it finished")
    private boolean follow;

    @Option(
            names = {"-w", "--wait"},
            description = "wait in silence until the job ends; exit 1 unless it finished")
    private boolean wait;

    @Option(names = "--dry-run", description = "say where it would run or why it would wait; change nothing")
    private boolean dryRun;

    SubmitCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) throws InterruptedException {
        dev.muster.proto.v1.JobSpec spec = JobSpecMessages.of(readJob());
        if (dryRun) {
            DryRunReply reply = controller.jobs(
                    jobs -> jobs.dryRun(DryRunRequest.newBuilder().setSpec(spec).build()));
            return print(new DryRunRendering(spec.getNamespace(), spec.getName(), reply, now()));
        }
        JobSummary job = new Submission(spec, UUID.randomUUID()).submit(controller);
        boolean forPeople = switch (options().format()) {
            case TABLE, WIDE -> true;
            case JSON, YAML, NAME -> false;
        };
        if (!follow && !wait) {
            return print(new JobRendering(job, "submitted"));
        }
        if (forPeople) {
            print(new JobRendering(job, "submitted"));
        }
        return awaitEnd(controller, job, follow && forPeople);
    }

    private ExitCode awaitEnd(Controller controller, JobSummary submitted, boolean tell) {
        JobReference reference = new JobReference(submitted.getNamespace(), submitted.getName());
        JobProgress progress = new JobProgress(console(), environment().zone());
        JobFollower.Listener listener = tell ? new FollowPrinter(progress) : new FollowPrinter.Silent();
        JobSummary end;
        try {
            end = new JobFollower(controller, reference, listener, environment().random(), Pause.real()).follow();
        } finally {
            progress.clear();
        }
        if (!tell || options().format() == OutputFormat.WIDE) {
            print(new JobRendering(end, "ended"));
        }
        return end.getState() == JobState.JOB_STATE_FINISHED ? ExitCode.DONE : ExitCode.FAILED;
    }

    private JobSpec readJob() {
        InputFile source = InputFile.read(
                file, environment().workingDirectory(), environment().input(), JobFile.MAX_BYTES);
        Reading<JobSpec> reading = JobFiles.read(source);
        if (!reading.isSound()) {
            throw CommandFailure.problems(JobFiles.lines(source, reading.violations()));
        }
        JobSpec job = renamed(reading.value().orElseThrow());
        List<Violation> violations = JobValidator.check(job);
        if (!violations.isEmpty()) {
            throw CommandFailure.usage(
                    optionOf(violations.get(0)) + " " + violations.get(0).message());
        }
        return job;
    }

    private JobSpec renamed(JobSpec job) {
        String namespace = options().givenNamespace().orElse(job.key().namespace());
        JobKey key =
                new JobKey(namespace, Optional.ofNullable(name).orElse(job.key().name()));
        return new JobSpec(
                key,
                Optional.ofNullable(queue).orElse(job.queue()),
                job.priority(),
                job.gang(),
                job.topology(),
                job.walltime(),
                job.preemptible(),
                job.minRuntime(),
                job.checkpoint(),
                job.restart(),
                job.template());
    }

    /** The file was sound, so what is wrong now came from an option. */
    private static String optionOf(Violation violation) {
        return switch (violation.field()) {
            case "metadata.name" -> "--name";
            case "metadata.namespace" -> "--namespace";
            case "spec.queue" -> "--queue";
            default -> violation.field();
        };
    }
}
