package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.JobRendering;
import dev.muster.proto.v1.JobRequest;
import picocli.CommandLine.Parameters;

/** {@code muster hold JOB}. */
final class HoldCommand extends ControllerCommand {

    @Parameters(paramLabel = "JOB", description = "NAME or NAMESPACE/NAME")
    private String job = "";

    HoldCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        JobRequest request = job(job).request();
        return print(new JobRendering(controller.changeJob(jobs -> jobs.hold(request)), "held"));
    }
}
