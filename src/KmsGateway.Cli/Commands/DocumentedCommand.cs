using System.CommandLine;

namespace KmsGateway.Cli.Commands;

/// <summary>A command with a line for the list of commands, and more for whoever asks about it.</summary>
internal sealed class DocumentedCommand(string name, string description, string details) : Command(name, description)
{
    public string Details { get; } = details;
}
