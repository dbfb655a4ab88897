/*
 * The peer of AnyEcg.Mqtt's receive path: a subscriber on libmosquitto, at its best (MQTT 5, QoS 1, its own loop on the only
 * thread, nothing done with a message but counting it). Its processor time begins after the warm-up, as ours does.
 *
 *   mqtt_receive HOST PORT WARM_UP MESSAGES RECEIVE_MAXIMUM
 *
 * Prints "ready" once subscribed, then one line: microseconds of user time, system time and wall time.
 */
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static long warm_up, messages, seen;
static struct rusage before;
static struct timespec began;

static long long micros(struct timeval t)
{
    return t.tv_sec * 1000000LL + t.tv_usec;
}

static void on_connect(struct mosquitto *client, void *state, int code)
{
    (void)state;
    if (code != 0)
        exit(3);
    mosquitto_subscribe(client, NULL, "ecg/v1/#", 1);
}

static void on_subscribe(struct mosquitto *client, void *state, int id, int count, const int *granted)
{
    (void)client, (void)state, (void)id, (void)count, (void)granted;
    puts("ready");
    fflush(stdout);
}

static void on_message(struct mosquitto *client, void *state, const struct mosquitto_message *message)
{
    (void)state, (void)message;
    if (++seen == warm_up) {
        getrusage(RUSAGE_SELF, &before);
        clock_gettime(CLOCK_MONOTONIC, &began);
    }
    if (seen == warm_up + messages) {
        struct rusage after;
        struct timespec ended;
        getrusage(RUSAGE_SELF, &after);
        clock_gettime(CLOCK_MONOTONIC, &ended);
        printf("%lld %lld %lld\n", micros(after.ru_utime) - micros(before.ru_utime), micros(after.ru_stime) - micros(before.ru_stime),
               (ended.tv_sec - began.tv_sec) * 1000000LL + (ended.tv_nsec - began.tv_nsec) / 1000);
        fflush(stdout);
        mosquitto_disconnect(client);
    }
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    warm_up = atol(argv[3]);
    messages = atol(argv[4]);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("peer", true, NULL);
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(client, MOSQ_OPT_RECEIVE_MAXIMUM, atoi(argv[5]));
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_message_callback_set(client, on_message);
    if (mosquitto_connect(client, argv[1], atoi(argv[2]), 60) != MOSQ_ERR_SUCCESS)
        return 3;
    return mosquitto_loop_forever(client, -1, 1) == MOSQ_ERR_SUCCESS ? 0 : 4;
}
