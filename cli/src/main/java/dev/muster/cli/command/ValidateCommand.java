package dev.muster.cli.command;

import dev.muster.cli.client.InputFile;
import dev.muster.cli.client.JobFiles;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.ValidationRendering;
import dev.muster.scheduler.cluster.ClusterFile;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.Violation;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster validate FILE}: asks the same code as the controller, and no controller. */
final class ValidateCommand implements Command {

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private final Environment environment;

    @Parameters(paramLabel = "FILE", description = "a job or cluster file; - reads standard input")
    private String file = "";

    ValidateCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public ExitCode run() {
        InputFile source =
                InputFile.read(file, environment.workingDirectory(), environment.input(), ClusterFile.MAX_BYTES);
        ValidationRendering result = isCluster(source) ? cluster(source) : job(source);
        result.print(options.console(environment), options.format());
        return result.isValid() ? ExitCode.DONE : ExitCode.USAGE;
    }

    /** What does not say that it is a cluster is judged as a job; the job's reader names what is wrong with its kind. */
    private static boolean isCluster(InputFile source) {
        try {
            return Document.read(source.bytes(), DocumentLimits.CLUSTER) instanceof Mapping mapping
                    && mapping.member("kind").map(Member::value).orElse(null) instanceof Scalar kind
                    && kind.text().equals(ClusterFile.KIND);
        } catch (DocumentException unreadable) {
            return false;
        }
    }

    private ValidationRendering job(InputFile source) {
        Reading<JobSpec> reading = JobFiles.read(source);
        String name = reading.value().map(job -> job.key().toString()).orElse("");
        return result(source, JobFile.KIND, name, reading.violations());
    }

    private ValidationRendering cluster(InputFile source) {
        Reading<ClusterSpec> reading = ClusterFile.read(source.bytes());
        String name = reading.value()
                .map(cluster -> cluster.hosts().size() + " hosts")
                .orElse("");
        return result(source, ClusterFile.KIND, name, reading.violations());
    }

    private static ValidationRendering result(InputFile source, String kind, String name, List<Violation> violations) {
        List<ValidationRendering.Problem> problems = violations.stream()
                .map(violation ->
                        new ValidationRendering.Problem(violation.line(), violation.field(), violation.message()))
                .toList();
        return new ValidationRendering(source.name(), kind, name, problems);
    }
}
