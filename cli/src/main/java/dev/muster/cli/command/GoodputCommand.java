package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.GoodputRendering;
import dev.muster.proto.v1.GoodputRequest;
import picocli.CommandLine.Parameters;

/** {@code muster goodput [JOB]}. */
final class GoodputCommand extends ControllerCommand {

    @Parameters(
            paramLabel = "JOB",
            arity = "0..1",
            description = "NAME or NAMESPACE/NAME; without it the whole cluster")
    private String job = "";

    GoodputCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        GoodputRequest.Builder request = GoodputRequest.newBuilder();
        if (!job.isEmpty()) {
            JobReference reference = job(job);
            request.setNamespace(reference.namespace()).setName(reference.name());
        }
        return print(new GoodputRendering(controller.jobs(jobs -> jobs.goodput(request.build()))));
    }
}
