package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@code muster admin} takes; the work is the controller's, and tried there. */
class AdminTest {

    @Test
    void eachDeedHasHelpAndAMistakeIsOneLine() {
        for (String deed : new String[] {"dump", "verify", "backup", "restore", "copy"}) {
            MusterRun.Result help = new MusterRun().run("admin", deed, "--help");
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).contains("muster admin " + deed, "--store", "etcd://HOST:PORT");
        }
        MusterRun.Result strange = new MusterRun().run("admin", "burn");
        assertThat(strange.exitCode()).isEqualTo(2);
        assertThat(strange.err()).hasLineCount(1).contains("admin burn");
    }
}
