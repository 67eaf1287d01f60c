package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.JobDetailRendering;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobRequest;
import picocli.CommandLine.Parameters;

/** {@code muster show JOB}. */
final class ShowCommand extends ControllerCommand {

    @Parameters(paramLabel = "JOB", description = "NAME or NAMESPACE/NAME")
    private String job = "";

    ShowCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        JobRequest request = job(job).request();
        JobDetail detail = controller.jobs(jobs -> jobs.get(request));
        return print(new JobDetailRendering(detail, now()));
    }
}
