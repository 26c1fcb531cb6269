using System.Diagnostics;
using System.Text;

namespace KmsGateway.Testing.Processes;

/// <summary>The lines of a process, standard output and error as they came, for the messages of tests that fail.</summary>
internal sealed class ProcessOutput
{
    private readonly StringBuilder _lines = new();
    private readonly Lock _lock = new();
    private readonly Signal _signal = new();

    public void Attach(Process process)
    {
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
    }

    /// <summary>Waits until the process has printed a text.</summary>
    public Task WaitForAsync(string text) => _signal.WaitUntilAsync(() => ToString().Contains(text, StringComparison.Ordinal));

    public override string ToString()
    {
        lock (_lock)
        {
            return _lines.ToString();
        }
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _lines.AppendLine(line);
        }

        _signal.Raise();
    }
}
