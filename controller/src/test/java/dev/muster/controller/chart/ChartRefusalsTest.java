package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that cannot be meant are refused before anything is made, in words that say where and what. */
class ChartRefusalsTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "controler: {} | additional properties 'controler' not allowed",
                "controller: {replica: 3} | at '/controller': additional properties 'replica' not allowed",
                "controller: {replicas: 0} | at '/controller/replicas'",
                "controller: {replicas: two} | at '/controller/replicas': got string, want integer",
                "controller: {antiAffinity: hard} | value must be one of 'preferred', 'required', 'none'",
                "controller: {extraArgs: [lost-after=3s]} | at '/controller/extraArgs/0'",
                "controller: {resources: {limits: {memory: lots}}} | at '/controller/resources/limits/memory'",
                "agent: {kernelLog: {source: kmsg}} | value must be one of 'device', 'file', 'none'",
                "agent: {nvidia: {hostPaths: [run]}} | at '/agent/nvidia/hostPaths/0'",
                "agent: {nvidia: {hostPaths: null, driver: /x}} | additional properties 'driver' not allowed",
                "etcd: {replicas: 2} | at '/etcd/replicas': value must be one of 1, 3",
                "etcd: {image: {tag: latest}} | at '/etcd/image/tag'",
                "etcd: {endpoints: ['https://e:2379']} | at '/etcd/endpoints/0'",
                "tls: {mode: vault} | value must be one of 'chart', 'certManager', 'none'",
                "queues: [{spec: {}}] | at '/queues/0': missing property 'name'",
                "image: {tag: latest} | image.tag is latest, which changes under a running cluster; name a release",
                "etcd: {deploy: false} | there is no etcd to keep the state in; name one in etcd.endpoints, or set etcd.deploy=true",
                "etcd: {endpoints: ['e:2379']} | the state has one place: set etcd.deploy=false, or leave etcd.endpoints empty",
                "etcd: {deploy: false, endpoints: ['e:2379']} | name the Secret that holds ca.crt, or set etcd.tls.enabled=false",
                "etcd: {auth: {secretName: user}} | the chart's own knows its clients by their certificates"
            })
    void isRefused(String values, String words) {
        assertThatThrownBy(() -> Chart.render(values))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(words);
    }
}
