import pytest
import redis


def test_what_is_set_is_read_back_and_flushed(redis_server):
    client = redis.Redis.from_url(redis_server.url)
    client.set("word", "here")
    assert client.get("word") == b"here"
    redis_server.flush()
    assert client.get("word") is None


def test_other_numbers_are_left_alone_by_a_flush(redis_server):
    other = redis.Redis.from_url(redis_server.url.replace(f"db={redis_server.database}", "db=63"))
    other.set("word", "stays")
    redis_server.flush()
    assert other.get("word") == b"stays"
    other.flushdb()


def test_nothing_is_written_to_disk_and_nothing_listens_on_tcp(redis_server):
    settings = redis_server.client().config_get("*")
    assert (settings["save"], settings["appendonly"], settings["port"]) == ("", "no", "0")


def test_own_redis_goes_away_and_comes_back_empty(own_redis, redis_server):
    own_redis.client().set("word", "here")
    own_redis.stop()
    with pytest.raises(redis.ConnectionError):
        own_redis.client().ping()
    assert redis_server.client().ping() is True
    own_redis.start()
    assert own_redis.client().get("word") is None
