package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.JobRendering;
import dev.muster.proto.v1.JobRequest;
import picocli.CommandLine.Parameters;

/** {@code muster release JOB}. */
final class ReleaseCommand extends ControllerCommand {

    @Parameters(paramLabel = "JOB", description = "NAME or NAMESPACE/NAME")
    private String job = "";

    ReleaseCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        JobRequest request = job(job).request();
        return print(new JobRendering(controller.changeJob(jobs -> jobs.release(request)), "released"));
    }
}
