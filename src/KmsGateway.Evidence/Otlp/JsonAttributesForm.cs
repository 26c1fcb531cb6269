namespace KmsGateway.Evidence.Otlp;

/// <summary>How a JSON span writes its attributes.</summary>
public enum JsonAttributesForm
{
    Absent = 0,
    Null,
    Array,
}
