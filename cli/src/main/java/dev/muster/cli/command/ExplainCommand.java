package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.ExplanationRendering;
import dev.muster.proto.v1.ExplainReply;
import dev.muster.proto.v1.JobRequest;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** {@code muster explain JOB}. */
final class ExplainCommand extends ControllerCommand {

    @Parameters(paramLabel = "JOB", description = "NAME or NAMESPACE/NAME")
    private String job = "";

    ExplainCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) {
        JobRequest request = job(job).request();
        ExplainReply reply = controller.jobs(jobs -> jobs.explain(request));
        return print(new ExplanationRendering(
                reply.getJob(),
                reply.hasExplanation() ? Optional.of(reply.getExplanation()) : Optional.empty(),
                now()));
    }
}
