package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.config.ControllerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A pod whose program does not know an option never starts: whatever the chart passes is an option of the program. */
class ChartOptionsTest {

    private static final String AGENT_OPTIONS = "node-agent/src/main/java/dev/muster/agent/config/";

    @Test
    void theControllerKnowsItsOptions() {
        Set<String> known = new CommandLine(new ControllerOptions())
                .getCommandSpec()
                .optionsMap()
                .keySet();
        assertThat(options("Deployment/muster-controller", """
                        controller: {extraArgs: [--lost-after=20s]}
                        """))
                .contains("--store", "--lost-after", "--tls-cert")
                .isSubsetOf(known);
        assertThat(options("Deployment/muster-controller", """
                        etcd: {deploy: false, endpoints: ['e:2379'], auth: {secretName: user}, tls: {secretName: tls}}
                        """))
                .contains("--etcd-user", "--etcd-password-file")
                .isSubsetOf(known);
    }

    /** The agent is of another module, so its options are looked for where they are written. */
    @Test
    void theAgentKnowsItsOptions() throws IOException {
        Path folder = Chart.ROOT.resolve(AGENT_OPTIONS);
        String source = Files.readString(folder.resolve("AgentOptions.java"))
                + Files.readString(folder.resolve("TlsOptions.java"));
        assertThat(options("DaemonSet/muster-agent-nvidia", "{}"))
                .contains("--host", "--controller", "--tls-ca")
                .allSatisfy(option -> assertThat(source).contains("names = \"" + option + "\""));
    }

    private static Set<String> options(String workload, String values) {
        List<String> arguments =
                Rendering.texts(Chart.render(values).container(workload).path("args"));
        return arguments.stream()
                .map(argument -> argument.replaceFirst("=.*", ""))
                .collect(Collectors.toSet());
    }
}
