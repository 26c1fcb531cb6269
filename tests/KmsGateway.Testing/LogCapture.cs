using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Testing;

/// <summary>Keeps every message with its exception, as a console would print it.</summary>
public sealed class LogCapture : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _entries = new();
    private readonly Signal _signal = new();

    public IReadOnlyList<string> Lines => [.. _entries.Select(entry => entry.Text)];

    public string Text => string.Join('\n', Lines);

    public int Count(int eventId) => _entries.Count(entry => entry.Id == eventId);

    /// <summary>Waits until there are so many messages with this id.</summary>
    public Task WaitForAsync(int eventId, int times = 1) => _signal.WaitUntilAsync(() => Count(eventId) >= times);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((eventId.Id, $"{logLevel} {formatter(state, exception)} {exception}"));
        _signal.Raise();
    }

    public void Dispose()
    {
    }
}
